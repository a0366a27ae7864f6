"""The sender of the outbox: a loop that lasts, whatever the database does meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import click
import structlog

from app.cli.stopping import Stop
from app.database import replaying
from app.errors import Unavailable
from app.operations.outbox.deliver import Delivery, Transport, Trying, deliver_next
from app.operations.outbox.lease import Message
from app.support.clock import instant_text

SHORTEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.2, 2.0

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Console:
    """Writes each message to standard output: a line for people, or of JSON."""

    name = "console"

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def send(self, message: Message) -> None:
        told: dict[str, Any] = {
            "id": message.id,
            "at": instant_text(message.created_at),
            "event": message.event,
            "subject_id": message.subject_id,
            **json.loads(message.payload),
        }
        if self._as_json:
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            click.echo(" ".join(f"{key}={value}" for key, value in told.items()))


class Patience:
    """Runs transactions; while the database is away it says so once and tries again."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop

    def __call__(self, work: Callable[[], T]) -> T:
        waits, is_away = _waits(), False
        while True:
            try:
                done = replaying(work)
            except Unavailable:
                if not is_away:
                    log.warning("database_away")
                is_away = True
                if self._stop.wait(next(waits)):
                    raise
            else:
                if is_away:
                    log.warning("database_back")
                return done


def send_due(transports: Sequence[Transport], stop: Stop, trying: Trying) -> Iterator[Delivery]:
    """Send what is due, until nothing is or it is asked to stop."""
    by_name = {one.name: one for one in transports}
    while not stop.is_asked:
        delivery = deliver_next(by_name, trying=trying)
        if delivery is None:
            return
        if delivery.error is not None:
            log.warning("not_sent", message_id=delivery.message.id, error=delivery.error)
        yield delivery


def send_for_ever(transports: Sequence[Transport], stop: Stop) -> None:
    """Send whatever comes to be due, until it is asked to stop."""
    trying, waits = Patience(stop), _waits()
    try:
        while not stop.is_asked:
            if sum(1 for _ in send_due(transports, stop, trying)):
                waits = _waits()
            stop.wait(next(waits))
    except Unavailable:
        if not stop.is_asked:
            raise


def _waits() -> Iterator[float]:
    """Ever longer waits, in seconds."""
    seconds = SHORTEST_WAIT_SECONDS
    while True:
        yield seconds
        seconds = min(2 * seconds, LONGEST_WAIT_SECONDS)
