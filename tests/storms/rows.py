"""What a storm has left in the database, and what the ledger tells of it, as plain values."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import select

from app.database import db
from app.models import AuditEvent, Claim, Order, Resource, Segment, TimeOff
from app.support.clock import parse_instant
from app.support.wall_time import minute_of, minute_reached


class Visit(NamedTuple):
    """An order as it is."""

    number: str
    status: str
    service_id: int
    start: int
    end: int
    worker_id: int
    customer_id: int | None


class Piece(NamedTuple):
    """A segment; `name` is whose."""

    order_id: int
    resource_id: int
    name: str
    lane: int
    start: int
    end: int


class Event(NamedTuple):
    """A record of the ledger, in the order in which conflicting changes were made."""

    action: str
    subject: int
    data: dict[str, Any]

    def new(self, column: str) -> Any:
        """A column's new value; None where the record says nothing of it."""
        return self.data.get("changes", {}).get(column, [None, None])[1]


@dataclass
class Left:
    """All of it."""

    visits: dict[int, Visit] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    claims: dict[int, set[tuple[int, int, int]]] = field(default_factory=dict)
    away: list[tuple[int, int, int]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def minute_from(text: str) -> int:
    return minute_of(parse_instant(text))


def read() -> Left:
    db.session.rollback()
    left = Left(claims=defaultdict(set))
    for order in db.session.scalars(select(Order).execution_options(populate_existing=True)):
        left.visits[order.id] = Visit(
            order.order_number,
            order.status,
            order.service_id or 0,
            minute_of(order.starts_at),
            minute_of(order.ends_at),
            order.worker_id or 0,
            order.customer_id,
        )
    names = {
        row.id: _name(row)
        for row in db.session.execute(
            select(Resource.id, Resource.kind, Resource.worker_id, Resource.user_id)
        )
    }
    pieces = select(
        Segment.order_id,
        Segment.resource_id,
        Segment.lane,
        Segment.busy_start,
        Segment.busy_end,
    )
    for order_id, resource_id, lane, start, end in db.session.execute(pieces):
        left.pieces.append(Piece(order_id, resource_id, names[resource_id], lane, start, end))
    for claim in db.session.execute(
        select(Claim.order_id, Claim.resource_id, Claim.bucket, Claim.lane)
    ):
        left.claims[claim.order_id].add((claim.resource_id, claim.bucket, claim.lane))
    for row in db.session.execute(select(TimeOff.worker_id, TimeOff.starts_at, TimeOff.ends_at)):
        left.away.append((row.worker_id, minute_of(row.starts_at), minute_reached(row.ends_at)))
    events = select(AuditEvent.action, AuditEvent.resource_id, AuditEvent.data)
    for action, subject, data in db.session.execute(events.order_by(AuditEvent.id)):
        left.events.append(Event(action, subject, json.loads(data)))
    db.session.rollback()
    return left


def _name(row: Any) -> str:
    if row.kind == "worker":
        return f"worker {row.worker_id}"
    return f"customer {row.user_id}" if row.kind == "customer" else row.kind
