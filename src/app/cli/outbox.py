"""`handover outbox`: send what was announced, show what waits, try again what was given up."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import click

from app.cli.context import in_application
from app.cli.proving import reading
from app.cli.sender import Sender, send_once
from app.cli.stopping import Stop
from app.cli.transports import lanes_of
from app.database import replaying
from app.models import OutboxMessage
from app.operations.outbox.find import list_messages
from app.operations.outbox.retry import retry_dead, retry_messages
from app.support.clock import instant_text


@click.group()
def outbox() -> None:
    """Send what was announced, after its transaction; see what waits and what was given up."""


@outbox.command()
@click.option("--once", is_flag=True, help="Send what is due now, and end.")
@click.option("--json", "as_json", is_flag=True, help="For programs: a line of JSON a message.")
def run(once: bool, as_json: bool) -> None:
    """Send messages as they come to be due, until it is stopped.

    Each is sent at least once: a message whose sender died is sent again after a minute. One that
    fails is tried again later and later, and is given up after some three days. Several senders
    may run at once. SIGTERM and Ctrl-C end it after the message in hand.
    """
    with in_application() as app, Stop() as stop:
        lanes = lanes_of(app.settings, as_json=as_json)
        if not once:
            Sender(app, lanes, stop).run()
            return
        sent, failed = 0, 0
        for delivery in send_once(lanes, stop):
            failed += delivery.error is not None
            sent += delivery.error is None and not delivery.is_withdrawn
    click.echo(f"Sent {sent}, put off {failed}.", err=True)


@outbox.command("list")
@click.option("--dead", is_flag=True, help="Those that were given up, not those that wait.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(dead: bool, limit: int, as_json: bool) -> None:
    """List the messages that are not sent yet, the oldest first."""
    with in_application(), reading():
        found = list_messages(dead=dead, limit=limit + 1)
        rows = [_shown(one) for one in found[:limit]]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(" ".join(f"{key}={value}" for key, value in row.items() if value is not None))
    if not rows:
        click.echo("Nothing was given up." if dead else "Nothing waits.")
    if len(found) > limit:
        click.echo(f"... and more: --limit {10 * limit}", err=True)


def _shown(message: OutboxMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "event": message.event,
        "subject_id": message.subject_id,
        "says": message.says,
        "channel": message.channel,
        "created_at": instant_text(message.created_at),
        "due_at": None if message.dead_at else instant_text(message.due_at),
        "dead_at": message.dead_at and instant_text(message.dead_at),
        "attempts": message.attempts,
        "error": message.last_error,
    }


@outbox.command()
@click.argument("ids", metavar="ID...", nargs=-1, type=click.IntRange(1, 2**63 - 1))
@click.option("--all", "everything", is_flag=True, help="All that were given up.")
def retry(ids: tuple[int, ...], everything: bool) -> None:
    """Send messages again at once: these, or all that were given up."""
    if everything == bool(ids):
        raise click.UsageError("Name messages by their id (`handover outbox list`), or say --all.")
    with in_application():
        count = 0
        if everything:
            while again := replaying(retry_dead):
                count += again
        else:
            count = replaying(partial(retry_messages, set(ids)))
    click.echo(f"To be sent at once: {count}.")
    if count < len(set(ids)):
        raise click.ClickException(
            f"{len(set(ids)) - count} of them are sent, being sent, or not there"
        )
