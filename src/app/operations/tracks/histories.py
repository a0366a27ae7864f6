"""An order's fold, read under its lock and written back as the order's projection (scans.md 6)."""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.database import AnyRow
from app.models import Order, Track
from app.operations.tracks import statements
from app.operations.tracks.calling_off import CANCELLED
from app.operations.tracks.fold import Entry, History, Position, State
from app.operations.tracks.visits import VisitState, first_state, is_within
from app.support import clock
from app.support.licensing import UNLICENSED, read_requirements
from app.support.words import is_unread

TRUSTED_CLOCK = "trusted"


class LockedOrder:
    """An order that this transaction has locked, with its fold and its next version."""

    def __init__(self, row: AnyRow, history: History) -> None:
        self.id: int = row.id
        self.order_number: str = row.order_number
        self.created_at: datetime = row.created_at
        self.piece_count: int = row.piece_count
        self.business_id: int = row.business_id
        self.starts_at: datetime | None = row.starts_at
        self.ends_at: datetime | None = row.ends_at
        self.required = read_requirements(row.required)
        self._was_cancelled = row.starts_at is not None and row.status == CANCELLED
        self.history = history
        self.news: list[str] = []  # the statuses that are to be announced
        self._next_version: int = row.version

    @property
    def state(self) -> State:
        return self.history.state

    def is_outside(self, at: datetime) -> bool:
        """Whether it is an appointment, and this time does not belong to it."""
        if self.starts_at is None or self.ends_at is None:
            return False
        return not is_within(at, starts_at=self.starts_at, ends_at=self.ends_at)

    @property
    def is_revived(self) -> bool:
        """Whether it is an appointment that was cancelled, and is not any more."""
        return self._was_cancelled and self.state.status != CANCELLED

    def take_version(self) -> int:
        """The version of one more change; the lock itself made the first."""
        version = self._next_version
        self._next_version += 1
        return version

    def projection(self, at: datetime) -> dict[str, Any]:
        """The parameters of statements.PROJECT."""
        columns = {**projection(self.state), "version": self._next_version - 1, "updated_at": at}
        values = {f"new_{key}": value for key, value in columns.items()}
        return {"order_id": self.id, "revived": int(self.is_revived), **values}


def lock_histories(
    connection: Connection,
    order_ids: Collection[int],
    *,
    earliest: datetime,
    at: datetime,
) -> dict[int, LockedOrder]:
    """Lock orders in ascending id, raise their versions, and read what their folds need.

    The events of an order are read only when a new one, at `earliest` or later, may come
    before its last folded one. Two statements.
    """
    ids = sorted(order_ids)
    statements.LOCK.change(connection, {"order_ids": ids, "at": at})
    return _read(connection, ids, earliest=earliest)


def read_history(connection: Connection, order_id: int, *, earliest: datetime) -> LockedOrder:
    """The fold of one order that is locked already (operations/tracks/lock.py)."""
    return _read(connection, [order_id], earliest=earliest)[order_id]


def read_whole_history(
    connection: Connection, order_id: int, *, voiding: str | None = None
) -> LockedOrder:
    """The fold of one locked order from its start, without the scan that is being judged."""
    whole = {"order_ids": [order_id], "earliest": clock.now(), "whole": True}
    rows = statements.HISTORIES.rows(connection, whole)
    return LockedOrder(rows[0], _history(rows, voiding))


def _read(
    connection: Connection, ids: Sequence[int], *, earliest: datetime
) -> dict[int, LockedOrder]:
    rows: dict[int, list[AnyRow]] = {}
    bounded = {"order_ids": ids, "earliest": earliest, "whole": False}
    for row in statements.HISTORIES.rows(connection, bounded):
        rows.setdefault(row.id, []).append(row)
    return {order_id: LockedOrder(some[0], _history(some)) for order_id, some in rows.items()}


def _history(rows: Sequence[AnyRow], voiding: str | None = None) -> History:
    order = rows[0]
    if order.event_id is None:
        return History(_stored_state(order), order.piece_count)
    return History(first_state_of(order), order.piece_count, entries_of(rows, voiding))


def first_state_of(order: Any) -> State:
    """The state of an order, or of a row with these columns, before its first event."""
    return first_state(
        created_at=order.created_at,
        starts_at=order.starts_at,
        hold_expires_at=order.hold_expires_at,
    )


def entries_of(rows: Sequence[AnyRow], voiding: str | None = None) -> list[Entry]:
    """The events that the fold reads: not rejected, not withheld, and not voided.

    What a person applied is read in the place of the scan that had no effect by itself.
    """
    voided = {row.target_event_id for row in rows if row.kind == "void"} | {voiding}
    applied = {row.target_event_id for row in rows if row.kind == "apply"}
    return [
        _entry_of(row)
        for row in rows
        if row.kind in ("scan", "command", "apply")
        and row.result != "rejected"
        and not is_unread(row.reasons.split(","))
        and row.event_id not in voided
        and row.event_id not in applied
        and (row.kind != "apply" or row.target_event_id not in voided)
    ]


def applied_entry(judgement: Track) -> Entry:
    """A scan that a person gives effect to, as the fold will read it."""
    return Entry(
        effective_at=judgement.effective_at,
        seq=judgement.seq or 0,
        event_id=judgement.event_id,
        action=judgement.action,
        forced=judgement.forced,
        piece=judgement.piece,
        worker_id=judgement.worker_id,
        location=judgement.location,
    )


def _entry_of(row: AnyRow) -> Entry:
    has_position = row.clock == TRUSTED_CLOCK and row.lat_e6 is not None
    return Entry(
        effective_at=row.effective_at,
        seq=row.seq or 0,
        event_id=row.event_id,
        action=row.action,
        is_command=row.kind == "command",
        forced=row.forced,
        piece=row.piece,
        worker_id=row.worker_id,
        location=row.event_location,
        position=Position(row.lat_e6, row.lon_e6, row.effective_at) if has_position else None,
        counts=does_count(row.reasons),
        is_licensed=row.license != UNLICENSED,
    )


def does_count(reasons: Container[str]) -> bool:
    """Whether a scan of an appointment that names no action may be a check-in or a check-out."""
    return "outside_window" not in reasons and "double_read" not in reasons


def _stored_state(order: AnyRow) -> State:
    held: dict[str, Any] = json.loads(order.sightings) if order.sightings else {}
    position = held.get("position")
    kind = State if order.starts_at is None else VisitState
    return kind(
        since=order.status_since,
        status=order.status,
        last=(
            None
            if order.folded_at is None
            else (order.folded_at, order.folded_seq, order.folded_event_id)
        ),
        pieces={action: int(mask, 16) for action, mask in held.get("pieces", {}).items()},
        location=order.location,
        located_at=order.located_at,
        custodian_id=order.custodian_id,
        position=(
            Position(position[0], position[1], datetime.fromisoformat(position[2]))
            if position
            else None
        ),
    )


def projection(state: State) -> dict[str, Any]:
    """The order's columns that project its fold."""
    held: dict[str, Any] = {}
    if state.pieces:
        held["pieces"] = {action: f"{mask:x}" for action, mask in state.pieces.items()}
    if state.position is not None:
        where = state.position
        held["position"] = [where.lat_e6, where.lon_e6, where.at.isoformat()]
    last = state.last or (None, 0, None)
    return {
        "status": state.status,
        "status_since": state.since,
        "folded_at": last[0],
        "folded_seq": last[1],
        "folded_event_id": last[2],
        "sightings": json.dumps(held, separators=(",", ":")) if held else None,
        "location": state.location,
        "located_at": state.located_at,
        "custodian_id": state.custodian_id,
    }


def write_projection(order: Order, state: State) -> None:
    """Set an order's projection, where the order was locked and loaded."""
    for column, value in projection(state).items():
        setattr(order, column, value)
