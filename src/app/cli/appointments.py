"""`handover appointments`: what is done about appointments that nobody does by hand."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from app.cli.context import in_application
from app.cli.stopping import Stop
from app.database import replaying
from app.operations.booking.settling import settle_appointments
from app.support import clock


@click.group()
def appointments() -> None:
    """Let holds expire, and mark who did not come."""


@appointments.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def settle(as_json: bool) -> None:
    """Settle what is due now: holds that were not taken up, visits that nobody came to.

    `handover outbox run` does this every minute; several may do it at once.
    """
    with in_application(), Stop() as stop:
        settled = settle_appointments(
            at=clock.now(), trying=replaying, may_go_on=lambda: not stop.is_asked
        )
    if as_json:
        click.echo(json.dumps(asdict(settled)))
    else:
        click.echo(f"Expired {settled.expired}, nobody came to {settled.no_shows}.")
