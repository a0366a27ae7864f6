"""Announcing: a row in the transaction of what happened, and at most one for what it says."""

from __future__ import annotations

import json
from typing import Any, Final, Literal, Protocol

from sqlalchemy import bindparam
from sqlalchemy.dialects import mysql, sqlite

from app.database import connection
from app.database.prepared import Prepared
from app.models import OutboxMessage
from app.support import clock

Event = Literal["order.placed", "order.status_changed"]
ORDER_PLACED: Final = "order.placed"
STATUS_CHANGED: Final = "order.status_changed"

CHANNELS: Final = ("console",)
"""Each gets a message of its own."""

_NAMED = ("event", "subject_id", "says", "channel", "payload", "created_at", "due_at", "attempts")
_VALUES = {
    name: bindparam(name, type_=OutboxMessage.__table__.columns[name].type) for name in _NAMED
}
_INSERT = {
    "sqlite": Prepared(sqlite.insert(OutboxMessage).values(_VALUES).on_conflict_do_nothing()),
    "mysql": Prepared(
        mysql.insert(OutboxMessage).values(_VALUES).on_duplicate_key_update(id=OutboxMessage.id)
    ),
}
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode


class AnOrder(Protocol):
    """An order as far as a message names it."""

    id: int
    order_number: str


def announce(event: Event, *news: tuple[AnOrder, str]) -> None:
    """Let it be told that these orders came to these statuses; one statement, none for no news.

    The rows are part of the transaction that is open. What was announced before is not announced
    again: the unique key leaves its row as it is, sent or not.
    """
    if not news:
        return
    now = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "event": event,
            "subject_id": order.id,
            "says": status,
            "channel": channel,
            "payload": _ENCODE({"order_number": order.order_number, "status": status}),
            "created_at": now,
            "due_at": now,
            "attempts": 0,
        }
        for order, status in news
        for channel in CHANNELS
    ]
    here = connection()
    _INSERT[here.dialect.name].each(here, rows)
