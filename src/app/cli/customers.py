"""`handover customers`: accounts of an old server, taken over."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path

import click

from app import database
from app.cli.context import in_application
from app.errors import Invalid
from app.operations.actors import SYSTEM
from app.operations.customers.importing import import_customer
from app.support import clock

_COLUMNS = ("name", "email", "phone", "password_hash")


@click.group()
def customers() -> None:
    """Take over the accounts of an old server."""


@customers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Take over the customers of a CSV file with name, email, phone and password_hash.

    A hash is one that Werkzeug made (scrypt or pbkdf2); without one, its person chooses a password
    by mail. Addresses that are here already are left as they are, so the file may be sent again.
    Each line is taken by itself: what is wrong with one is told, and the others are taken.
    """
    made = known = 0
    wrong: list[str] = []
    with file.open(encoding="utf-8-sig", newline="") as lines, in_application():
        rows = csv.DictReader(lines)
        if missing := [one for one in _COLUMNS[:2] if one not in (rows.fieldnames or ())]:
            raise click.ClickException(f"{file}: there is no column {' and no '.join(missing)}")
        for row in rows:
            values = {one: row.get(one) or "" for one in _COLUMNS}
            try:
                is_new = database.replaying(
                    partial(import_customer, **values, at=clock.now(), actor=SYSTEM)
                )
            except Invalid as problem:
                wrong.append(f"line {rows.line_num}: {problem.message}")
                continue
            made, known = made + is_new, known + (not is_new)
    click.echo(f"Taken over: {made}. Here already: {known}. Wrong: {len(wrong)}.")
    for words in wrong:
        click.echo(words, err=True)
    if wrong:
        raise SystemExit(1)
