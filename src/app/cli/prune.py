"""`handover prune`: rows that nobody can use any more, deleted a month later."""

from __future__ import annotations

import json

import click

from app.cli.context import in_application
from app.operations.actors import SYSTEM
from app.operations.pruning import KEPT_FOR, prune


@click.command("prune")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def prune_(as_json: bool) -> None:
    """Delete sent messages and expired sign-ins, sessions and password links of 30 days ago.

    Orders, scans, the ledger, accounts and devices stay, and so do the keys that make placing an
    order safe to repeat. Meant for a timer; it may run while the server does.
    """

    def tell(table: str, count: int) -> None:
        if not as_json:
            click.echo(f"{table}: {count} rows deleted", err=True)

    with in_application():
        pruned = prune(progress=tell, actor=SYSTEM)
    if as_json:
        click.echo(json.dumps(pruned))
    else:
        total = sum(pruned.values())
        click.echo(f"Deleted {total} rows that had been over for {KEPT_FOR.days} days.")
