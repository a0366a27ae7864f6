"""`handover prune`: rows that nobody can use any more, deleted after their time."""

from __future__ import annotations

import json
from datetime import timedelta

import click

from app.cli.context import in_application
from app.operations.actors import SYSTEM
from app.operations.pruning import Kept, prune


@click.command("prune")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def prune_(as_json: bool) -> None:
    """Delete sent messages and expired sign-ins, sessions and password links of 30 days ago.

    Messages that were given up go after OUTBOX_KEEP_DEAD_DAYS, what lies in inboxes after
    INBOX_KEEP_DAYS and, once read, INBOX_KEEP_READ_DAYS; events of the changes feed after 7 days.
    Orders, scans, the ledger, accounts and devices stay, and so do the keys that make placing an
    order safe to repeat. Meant for a timer; it may run while the server does.
    """

    def tell(table: str, count: int) -> None:
        if not as_json:
            click.echo(f"{table}: {count} rows deleted", err=True)

    with in_application() as app:
        settings = app.settings
        kept = Kept(
            dead=timedelta(days=settings.outbox_keep_dead_days),
            read=timedelta(days=settings.inbox_keep_read_days),
            inbox=timedelta(days=settings.inbox_keep_days),
        )
        pruned = prune(kept, progress=tell, actor=SYSTEM)
    if as_json:
        click.echo(json.dumps(pruned))
    else:
        total = sum(pruned.values())
        click.echo(f"Deleted {total} rows whose time was over.")
