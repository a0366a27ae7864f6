"""Taking a message in hand: one sender at a time, and another one when that one dies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, bindparam, select, update

from app.database import connection, reading
from app.database.guard import UNRECORDED
from app.database.prepared import Prepared
from app.models import OutboxMessage
from app.support import clock
from app.support.tokens import new_event_id

LEASE: Final = timedelta(minutes=1)
"""A sender that is silent for so long counts as dead."""

LONGEST_PAUSE: Final = timedelta(hours=1)
"""By how much a message that could not be sent is put off at most."""

_LOOKED_AT = 10

IS_WAITING = and_(OutboxMessage.sent_at.is_(None), OutboxMessage.dead_at.is_(None))
_IS_DUE = and_(IS_WAITING, OutboxMessage.due_at <= bindparam("at", type_=OutboxMessage.due_at.type))
_SEEN = select(
    OutboxMessage.id,
    OutboxMessage.event,
    OutboxMessage.subject_id,
    OutboxMessage.says,
    OutboxMessage.channel,
    OutboxMessage.recipient_id,
    OutboxMessage.payload,
    OutboxMessage.attempts,
    OutboxMessage.created_at,
).limit(_LOOKED_AT)
_DUE = Prepared(
    _SEEN.where(
        OutboxMessage.channel == bindparam("channel"),
        OutboxMessage.recipient_id.not_in(bindparam("avoiding", expanding=True)),
        _IS_DUE,
    ).order_by(OutboxMessage.due_at, OutboxMessage.id)
)
_STRAY = Prepared(
    _SEEN.where(
        _IS_DUE, OutboxMessage.channel.not_in(bindparam("channels", expanding=True))
    ).order_by(OutboxMessage.id)
)
_NOBODY: Final = -1
"""No recipient's id: a list that is compared with is never empty."""

_TAKE = Prepared(
    update(OutboxMessage)
    .where(
        OutboxMessage.id == bindparam("message_id"),
        OutboxMessage.attempts == bindparam("seen_attempts"),
        _IS_DUE,
    )
    .values(
        attempts=OutboxMessage.attempts + 1,
        lease=bindparam("token"),
        due_at=bindparam("until", type_=OutboxMessage.due_at.type),
    )
    .execution_options(**UNRECORDED)
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the hand of one sender; `attempts` counts this one."""

    id: int
    event: str
    subject_id: int
    says: str
    channel: str
    recipient_id: int
    payload: str
    attempts: int
    created_at: datetime
    lease: str


def lease_message(channel: str, avoiding: Collection[int] = ()) -> Message | None:
    """Take the message of a channel that has been due for longest; None when there is none.

    Those to the recipients that are avoided stay. Of rival senders the row's UPDATE lets one pass;
    the others take the next. Where nothing is due nothing is locked.
    """
    return _lease(_DUE, {"channel": channel, "avoiding": [_NOBODY, *avoiding]})


def lease_stray(channels: Collection[str]) -> Message | None:
    """Take a message that is due on a channel which is none of these; None when there is none."""
    return _lease(_STRAY, {"channels": list(channels)})


def _lease(which: Prepared, values: dict[str, Any]) -> Message | None:
    at, token = clock.now(), new_event_id()
    while due := _look(which, {**values, "at": at}):
        for row in due:
            taking = {
                "message_id": row.id,
                "seen_attempts": row.attempts,
                "at": at,
                "token": token,
                "until": at + LEASE,
            }
            if _TAKE.change(connection(), taking):
                seen = row._asdict()
                return Message(**{**seen, "attempts": row.attempts + 1}, lease=token)
    return None


def _look(which: Prepared, values: dict[str, Any]) -> list[Any]:
    with reading() as session:
        return which.rows(session.connection(), values)
