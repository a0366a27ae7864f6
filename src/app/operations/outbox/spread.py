"""Spreading: what was announced becomes a message for each who is to know, and for each channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import bindparam
from sqlalchemy.dialects import mysql, sqlite

from app.database import connection
from app.database.guard import UNRECORDED
from app.database.prepared import Prepared
from app.models import OutboxMessage
from app.operations.outbox.lease import Message


@dataclass(frozen=True, slots=True)
class Row:
    """A message to one recipient on one channel; without a `payload` it has the announced one's.

    `recipient_id` is what the channel looks the contact up by when it is sent: an account's id on
    `email` and `sms`, a subscription's on `webhook`, 0 for whoever the subject itself names.
    """

    channel: str
    recipient_id: int = 0
    payload: str | None = None


Spreader: TypeAlias = Callable[[Message], Iterable[Row]]
"""Says who is to know of what was announced, in the transaction that spreads it.

What a spreader writes itself (an inbox, a feed) has to be as safe to repeat as the rows are: of
two events that say the same, the unique key lets one be told.
"""

_NAMED = (
    *("event", "subject_id", "says", "channel", "recipient_id"),
    *("payload", "created_at", "due_at", "attempts"),
)
_VALUES = {
    name: bindparam(name, type_=OutboxMessage.__table__.columns[name].type) for name in _NAMED
}
_INSERT = {
    "sqlite": Prepared(
        sqlite.insert(OutboxMessage)
        .values(_VALUES)
        .on_conflict_do_nothing()
        .execution_options(**UNRECORDED)
    ),
    "mysql": Prepared(
        mysql.insert(OutboxMessage)
        .values(_VALUES)
        .on_duplicate_key_update(id=OutboxMessage.id)
        .execution_options(**UNRECORDED)
    ),
}


def spread(message: Message, spreaders: Iterable[Spreader], *, at: datetime) -> None:
    """Add what the spreaders say of a message; what is there already stays as it is, sent or not."""
    rows = [
        {
            "event": message.event,
            "subject_id": message.subject_id,
            "says": message.says,
            "channel": row.channel,
            "recipient_id": row.recipient_id,
            "payload": message.payload if row.payload is None else row.payload,
            "created_at": message.created_at,
            "due_at": at,
            "attempts": 0,
        }
        for one in spreaders
        for row in one(message)
    ]
    if rows:
        here = connection()
        _INSERT[here.dialect.name].each(here, rows)
