"""Scans as a device sends them, and the truth about what became of them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from app import database
from app.models import Order, Track
from app.operations.tracks.fold import Entry, Position, State, fold
from app.operations.tracks.histories import projection
from app.operations.tracks.visits import VisitState
from app.support import clock
from tests import factories

WITHHELD = {"unverified", "wrong_business", "slot_taken"}

SCAN = "/api/v1/workers/scan"
SCANS = "/api/v1/workers/scans"


def ago(**span: float) -> str:
    """The instant so long ago, as a device writes it."""
    return clock.instant_text(clock.now() - timedelta(**span))


def event(code: str, action: str | None = "picked_up", **more: Any) -> dict[str, Any]:
    """One event of a batch, with a key of its own, of just now."""
    values = {"event_id": str(uuid.uuid4()), "code": code, "occurred_at": ago(), "action": action}
    return values | more


def long_form(code: str, action: str | None = "picked_up", **more: Any) -> dict[str, Any]:
    """A single scan with its key and its times."""
    return {**event(code, action, **more), "sent_at": more.get("sent_at", ago())}


def batch(*events: Any, **more: Any) -> dict[str, Any]:
    """An upload of these events."""
    return {"sent_at": ago(), "events": list(events), **more}


def aged_order(**more: Any) -> Order:
    """An order that was placed 40 days ago, so that no scan is older than it."""
    placed_at = clock.now() - timedelta(days=40)
    return factories.order(created_at=placed_at, status_since=placed_at, **more)


def tracks(**wanted: Any) -> list[Track]:
    """The stored events, in the order of their arrival."""
    with database.transaction(write=False) as session:
        return list(session.query(Track).filter_by(**wanted).order_by(Track.id))


def order_of(order_id: int) -> Order:
    """The order as it is stored now."""
    with database.transaction(write=False) as session:
        order = session.get(Order, order_id, populate_existing=True)
    assert order is not None
    return order


def _entry(row: Track) -> Entry:
    is_placed = row.clock == "trusted" and row.lat_e6 is not None
    return Entry(
        effective_at=row.effective_at,
        seq=row.seq or 0,
        event_id=row.event_id,
        action=row.action,
        is_command=row.kind == "command",
        forced=row.forced,
        piece=row.piece,
        worker_id=row.worker_id,
        location=row.location,
        position=Position(row.lat_e6, row.lon_e6, row.effective_at) if is_placed else None,
        counts="outside_window" not in row.reasons and "double_read" not in row.reasons,
        is_licensed=row.license != '{"license":null}',
    )


def true_state(order: Order) -> State:
    """What an order's stored events come to, read without any of the application's statements."""
    rows = tracks(order_id=order.id)
    voided = {row.target_event_id for row in rows if row.kind == "void"}
    applied = {row.target_event_id for row in rows if row.kind == "apply"}
    entries = [
        _entry(row)
        for row in rows
        if row.kind in ("scan", "command", "apply")
        and row.result != "rejected"
        and not WITHHELD & set(row.reasons.split(","))
        and not voided & {row.event_id, row.target_event_id}
        and row.event_id not in applied
    ]
    if order.starts_at is None:
        first = State(since=order.created_at)
    else:
        status = "created" if order.hold_expires_at is None else "held"
        first = VisitState(since=order.created_at, status=status)
    return fold(first, entries, order.piece_count)


def assert_truthful(order_id: int) -> Order:
    """An order's columns are the fold of its rows, and its version counts them."""
    order = order_of(order_id)
    expected = projection(true_state(order))
    assert {name: getattr(order, name) for name in expected} == expected
    assert order.version == 1 + len(tracks(order_id=order_id))
    return order
