"""Announcing: a row in the transaction of what happened, and at most one for what it says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Protocol

from sqlalchemy import bindparam
from sqlalchemy.dialects import mysql, sqlite

from app.database import connection
from app.database.guard import UNRECORDED
from app.database.prepared import Prepared
from app.models import OutboxMessage
from app.support import clock

Event = Literal[
    "order.placed",
    "order.status_changed",
    "appointment.confirmed",
    "appointment.cancelled",
    "appointment.rescheduled",
    "appointment.no_show",
    "appointment.reminder",
    "review.created",
    "device.silent",
    "business.approved",
    "business.rejected",
    "business.suspended",
    "account.verification",
    "account.password_reset",
    "account.password_changed",
    "account.email_changed",
]
ORDER_PLACED: Final = "order.placed"
STATUS_CHANGED: Final = "order.status_changed"

FAN_OUT: Final = "fan_out"
"""The channel of what was announced: the sender spreads it to all who are to know."""

_NAMED = ("event", "subject_id", "says", "channel", "payload", "created_at", "due_at", "attempts")
_VALUES = {
    name: bindparam(name, type_=OutboxMessage.__table__.columns[name].type) for name in _NAMED
}
_INSERTS: Final = {
    "sqlite": sqlite.insert(OutboxMessage).values(_VALUES).on_conflict_do_nothing(),
    "mysql": mysql.insert(OutboxMessage)
    .values(_VALUES)
    .on_duplicate_key_update(id=OutboxMessage.id),
}
_INSERT = {name: Prepared(insert) for name, insert in _INSERTS.items()}
_NOTE = {
    name: Prepared(insert.execution_options(**UNRECORDED)) for name, insert in _INSERTS.items()
}
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode


class AnOrder(Protocol):
    """An order as far as a message names it."""

    id: int
    order_number: str


@dataclass(frozen=True, slots=True)
class News:
    """What is told of one subject; `says` is what makes it another message than the last.

    `payload` holds ids and words, and no contact: that is looked up when it is sent, at `due_at`
    or as soon as possible.
    """

    subject_id: int
    says: str
    payload: Mapping[str, Any]
    due_at: datetime | None = None


def status_of(order: AnOrder, status: str) -> News:
    """That an order came to a status."""
    return News(order.id, status, {"order_number": order.order_number, "status": status})


def announce(event: Event, *news: News) -> None:
    """Let this be told; one statement, none for no news.

    The rows are part of the transaction that is open. What was announced before is not announced
    again: the unique key leaves its row as it is, sent or not.
    """
    _announce(event, news, _INSERT)


def announce_noticed(event: Event, *news: News) -> None:
    """Let this be told, though no change that the ledger records has come with it."""
    _announce(event, news, _NOTE)


def _announce(event: Event, news: Sequence[News], inserts: Mapping[str, Prepared]) -> None:
    if not news:
        return
    now = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "event": event,
            "subject_id": one.subject_id,
            "says": one.says,
            "channel": FAN_OUT,
            "payload": _ENCODE(one.payload),
            "created_at": one.due_at or now,
            "due_at": one.due_at or now,
            "attempts": 0,
        }
        for one in news
    ]
    here = connection()
    inserts[here.dialect.name].each(here, rows)
