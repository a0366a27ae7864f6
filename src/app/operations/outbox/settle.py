"""What became of a message that a sender has in hand: sent, put off, or given up."""

from __future__ import annotations

from datetime import timedelta
from secrets import SystemRandom
from typing import Final

from sqlalchemy import bindparam, func, update

from app.database import connection
from app.database.guard import UNRECORDED
from app.database.prepared import Prepared
from app.models import OutboxMessage
from app.operations.outbox.lease import LONGEST_PAUSE, Message
from app.support import clock

MOST_ATTEMPTS: Final = 156
"""Some three days: a dozen within the first half hour, then one in 30 minutes on average."""

SHORTEST_PAUSE: Final = timedelta(seconds=1)

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
_SENT = Prepared(
    _of_lease.values(
        sent_at=_AT,
        last_error=func.coalesce(bindparam("error"), OutboxMessage.last_error),
        lease=None,
    )
)
_NOT_SENT = Prepared(
    _of_lease.values(
        due_at=bindparam("due", type_=OutboxMessage.due_at.type),
        last_error=bindparam("error"),
        lease=None,
    )
)
_DEAD = Prepared(_of_lease.values(dead_at=_AT, last_error=bindparam("error"), lease=None))


def settle_sent(message: Message, *, note: str | None = None) -> bool:
    """Say that a message is sent, or why it never will be; False if another sender has it by now."""
    return _SENT.change(connection(), {**_named(message, note), "at": clock.now()}) == 1


def settle_failed(message: Message, error: str, *, is_final: bool = False) -> None:
    """Put a message off, or give it up, unless another sender has it by now."""
    at, values = clock.now(), _named(message, error)
    if is_final or message.attempts >= MOST_ATTEMPTS:
        _DEAD.change(connection(), {**values, "at": at})
    else:
        due = at + pause_after(message.attempts)
        _NOT_SENT.change(connection(), {**values, "due": due})


def pause_after(attempts: int) -> timedelta:
    """Back-off with full jitter: anything from a second to a limit that doubles, up to an hour."""
    limit = min(LONGEST_PAUSE, SHORTEST_PAUSE * (1 << min(attempts, 12)))
    return SHORTEST_PAUSE + (limit - SHORTEST_PAUSE) * _chance.random()


def _named(message: Message, error: str | None) -> dict[str, object]:
    return {"message_id": message.id, "token": message.lease, "error": error}
