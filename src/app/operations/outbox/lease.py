"""Taking a message in hand: one sender at a time, and another one when that one dies."""

from __future__ import annotations

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

_LOOKED_AT = 10

IS_WAITING = and_(OutboxMessage.sent_at.is_(None), OutboxMessage.dead_at.is_(None))
_IS_DUE = and_(IS_WAITING, OutboxMessage.due_at <= bindparam("at", type_=OutboxMessage.due_at.type))
_DUE = Prepared(
    select(
        OutboxMessage.id,
        OutboxMessage.event,
        OutboxMessage.subject_id,
        OutboxMessage.channel,
        OutboxMessage.payload,
        OutboxMessage.attempts,
        OutboxMessage.created_at,
    )
    .where(_IS_DUE)
    .order_by(OutboxMessage.due_at, OutboxMessage.id)
    .limit(_LOOKED_AT)
)
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
    channel: str
    payload: str
    attempts: int
    created_at: datetime
    lease: str


def lease_message() -> Message | None:
    """Take the message that has been due for longest; None when there is none.

    Of rival senders the row's UPDATE lets one pass; the others take the next. Where nothing is due
    nothing is locked.
    """
    at, token = clock.now(), new_event_id()
    while due := _look(at):
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


def _look(at: datetime) -> list[Any]:
    with reading() as session:
        return _DUE.rows(session.connection(), {"at": at})
