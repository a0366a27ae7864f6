"""Ledger rows by the hundred, signed as the application signs them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from app import database
from app.extensions import signing_keys
from app.models import AuditEvent
from app.operations.ledger.macs import EVENTS, canonical, sign
from app.support import clock

NOBODYS = 7_000_000
"""An account's id that no account of a test has."""

_EMPTY = dict.fromkeys(column.name for column in EVENTS.table.columns if column.name != "id")


def event(**values: Any) -> dict[str, Any]:
    """A row that is about to be inserted; `data` and `pii` are given as objects."""
    row: dict[str, Any] = {
        **_EMPTY,
        "at": clock.now(),
        "actor_role": "customer",
        "actor_label": "customer 1",
        "action": "LOGIN",
        "outcome": "success",
        "count": 1,
        "data": {},
        **values,
    }
    row["data"] = canonical(row["data"]).decode()
    row["pii"] = row["pii"] and canonical(row["pii"]).decode()
    return sign(EVENTS, row, signing_keys.ring)


def insert_events(*rows: dict[str, Any]) -> None:
    with database.transaction() as session:
        session.execute(insert(AuditEvent), list(rows))


def insert_many(number: int, at: datetime, **values: Any) -> None:
    """So many rows of one instant."""
    insert_events(*[event(at=at, data={"number": one}, **values) for one in range(number)])
