"""`handover licenses`: which of them end soon."""

from __future__ import annotations

import json
from functools import partial

import click

from app.cli.context import in_application
from app.database import replaying
from app.operations.actors import SYSTEM
from app.operations.licenses.find import list_expiring
from app.operations.licenses.standing import Standing
from app.support import clock
from app.support.clock import instant_text


@click.group()
def licenses() -> None:
    """Licenses of workers."""


@licenses.command()
@click.option(
    "--days",
    type=click.IntRange(0, 3660),
    default=30,
    show_default=True,
    help="Within so many days.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def expiring(days: int, as_json: bool) -> None:
    """List the licenses that expire soon, the first to expire first.

    What is expired already is not among them; it ends with 0 whether there are any or not.
    """
    with in_application():
        found = replaying(partial(list_expiring, days=days, at=clock.now(), actor=SYSTEM))
        told = [_told(one) for one in found]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    if not told:
        click.echo(f"No license expires within {days} days.")
    for one in told:
        doubt = "" if one["status"] == "valid" else f"  {one['status']}"
        what = f"{one['type']} level {one['level']}"
        click.echo(f"{str(one['expires_at'])[:10]}  {one['code']}  {what}  {one['holder']}{doubt}")


def _told(standing: Standing) -> dict[str, str | int | None]:
    found = standing.license
    return {
        "id": found.id,
        "code": found.code,
        "worker_id": found.worker_id,
        "holder": standing.worker.name,
        "type": found.type_code,
        "level": found.level,
        "expires_at": None if found.expires_at is None else instant_text(found.expires_at),
        "status": standing.status,
    }
