"""Sending: outside of any transaction, at least once, again after a failure, not for ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from secrets import SystemRandom
from typing import Final, Protocol, TypeVar

from sqlalchemy import bindparam, update

from app.database import connection
from app.database.guard import UNRECORDED
from app.database.prepared import Prepared
from app.models import OutboxMessage
from app.operations.outbox.lease import Message, lease_message
from app.support import clock

MOST_ATTEMPTS: Final = 156
"""Some three days: a dozen within the first half hour, then one in 30 minutes on average."""

SHORTEST_PAUSE: Final = timedelta(seconds=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
SENDER_DIED: Final = "SenderDied"

_chance = SystemRandom()
_of_lease = (
    update(OutboxMessage)
    .where(
        OutboxMessage.id == bindparam("message_id"),
        OutboxMessage.lease == bindparam("token"),
    )
    .execution_options(**UNRECORDED)
)
_AT = bindparam("at", type_=OutboxMessage.sent_at.type)
_SENT = Prepared(_of_lease.values(sent_at=_AT, lease=None))
_NOT_SENT = Prepared(
    _of_lease.values(
        due_at=bindparam("due", type_=OutboxMessage.due_at.type),
        last_error=bindparam("error"),
        lease=None,
    )
)
_DEAD = Prepared(_of_lease.values(dead_at=_AT, last_error=bindparam("error"), lease=None))

T = TypeVar("T")


class Transport(Protocol):
    """A way out of the process, by the name of its channel."""

    name: str

    def send(self, message: Message) -> None:
        """Send a message, within half a lease; raising says that it has to be sent again."""


class Trying(Protocol):
    """How a transaction is run, and run again: app.database.replaying, or more patiently."""

    def __call__(self, work: Callable[[], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message: `error` is the class of what its transport raised, None once sent."""

    message: Message
    error: str | None


def deliver_next(transports: Mapping[str, Transport], *, trying: Trying) -> Delivery | None:
    """Send the message that has been due for longest; None when nothing is due.

    Leased in one transaction, sent in none, marked in another: whoever dies in between leaves a
    message that is sent again. A failure puts it off, so that it delays no other.
    """
    message = trying(lease_message)
    if message is None:
        return None
    error = SENDER_DIED if message.attempts > MOST_ATTEMPTS else _send(message, transports)
    trying(lambda: _settle(message, error))
    return Delivery(message, error)


def _send(message: Message, transports: Mapping[str, Transport]) -> str | None:
    try:
        transports[message.channel].send(message)
    except Exception as error:  # whatever a transport raises: it is tried again
        return type(error).__name__
    return None


def _settle(message: Message, error: str | None) -> None:
    """Say what became of a message, unless another sender has it by now."""
    at = clock.now()
    values = {"message_id": message.id, "token": message.lease, "at": at, "error": error}
    if error is None:
        _SENT.change(connection(), values)
    elif message.attempts >= MOST_ATTEMPTS:
        _DEAD.change(connection(), values)
    else:
        _NOT_SENT.change(connection(), values | {"due": at + pause_after(message.attempts)})


def pause_after(attempts: int) -> timedelta:
    """Back-off with full jitter: anything from a second to a limit that doubles, up to an hour."""
    limit = min(LONGEST_PAUSE, SHORTEST_PAUSE * (1 << min(attempts, 12)))
    return SHORTEST_PAUSE + (limit - SHORTEST_PAUSE) * _chance.random()
