"""Recording scans: each key once, each verdict stored, each order's status folded (scans.md 3-7).

One path for one scan and for five hundred, of at most seven statements for one: the device
(read by the surface), keys and orders, the orders' lock, their folds, the device, the rows, the
orders; where a status changed, one more announces it. The device is written before the rows: they
refer to it, and two uploads of one device that both held its row shared, each waiting to write it,
would be a deadlock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from app import database
from app.database import Replay, db
from app.errors import IdempotencyConflict, Invalid
from app.extensions import signing_keys
from app.models import Order
from app.operations.devices.scanning import ScanningDevice
from app.operations.ledger.macs import TRACKS, sign
from app.operations.outbox.announce import STATUS_CHANGED, announce, status_of
from app.operations.outbox.appointments import remind_again
from app.operations.tracks import judging, resolving, statements
from app.operations.tracks.device_news import see_device
from app.operations.tracks.device_state import DeviceState
from app.operations.tracks.histories import LockedOrder, lock_histories
from app.operations.tracks.judging import Judged
from app.operations.tracks.resolving import Lookup
from app.operations.tracks.sightings import Outcome, Recorded, Refused, Sighting

REPEATED_WITHIN = timedelta(seconds=30)
_MAY_NOT_FORCE = "Only a supervisor's device may force."


@dataclass(frozen=True, slots=True)
class Upload:
    """What became of the scans of one request, in its order."""

    outcomes: tuple[Outcome, ...]
    missing_seq: list[list[int]]


def record_scans(
    sightings: Sequence[Sighting],
    *,
    received_at: datetime,
    queue_depth: int | None = None,
    device: ScanningDevice,
) -> Upload:
    """Record the scans of one request, each key once.

    A stored key answers its stored verdict and changes nothing, and so does a key that the
    request itself repeats. A rival that stores one of these keys first makes the database
    refuse ours, and the request is replayed. Raises DeviceRevoked for what a revoked device
    sends beyond its last 5,000 events.
    """
    if not sightings:
        return Upload((), DeviceState(device.state).missing_seq)
    first = {one.event_id: one for one in reversed(sightings)}
    outcomes, missing_seq = _record_first(list(first.values()), received_at, queue_depth, device)
    return Upload(
        tuple(_outcome(one, first[one.event_id], outcomes[one.event_id]) for one in sightings),
        missing_seq,
    )


def _outcome(sighting: Sighting, first: Sighting, outcome: Outcome) -> Outcome:
    if sighting is first or isinstance(outcome, Refused):
        return outcome
    if sighting.content_digest != first.content_digest:
        return Refused(sighting.event_id, IdempotencyConflict())
    return replace(outcome, is_replay=True)


def _record_first(
    sightings: list[Sighting],
    received_at: datetime,
    queue_depth: int | None,
    device: ScanningDevice,
) -> tuple[dict[str, Outcome], list[list[int]]]:
    connection = database.connection()
    is_locked = any(one.earlier_key is not None for one in sightings)
    if is_locked:
        seen = {"device_id": device.id, "at": received_at}
        if not statements.LOCK_LIVE_DEVICE.change(connection, seen):
            raise Replay(outcome_unknown=False, taken=True)  # it was revoked while it was scanning
    lookup = resolving.look_up(connection, sightings, device)
    stored = _stored_outcomes(connection, sightings, lookup, received_at)
    stored |= {
        one.event_id: Refused(one.event_id, Invalid.field("force", _MAY_NOT_FORCE))
        for one in sightings
        if one.event_id not in stored and one.force_reason and not device.is_supervisor
    }
    fresh = [one for one in sightings if one.event_id not in stored]
    numbers = _numbers_of(sightings, stored)
    state = DeviceState(device.state)
    if not fresh and not any(map(state.is_missing, numbers)):
        return stored, state.missing_seq
    judged = judging.judge(fresh, lookup, state, received_at, device)
    orders = _lock_orders(connection, judged, received_at)
    if not is_locked:
        state.queue_depth = queue_depth
        state = see_device(connection, device, state, fresh, numbers, received_at)
    if not fresh:
        return stored, state.missing_seq
    recorded = _store(connection, judged, orders, received_at, device)
    return stored | recorded, state.missing_seq


def _numbers_of(sightings: Sequence[Sighting], stored: dict[str, Outcome]) -> list[int]:
    """The numbers of what is stored or will be: of a replay too, by whichever device it came."""
    return [
        one.seq
        for one in sightings
        if one.seq is not None and not isinstance(stored.get(one.event_id), Refused)
    ]


def _recent(row: dict[str, Any] | None, at: datetime) -> dict[str, Any] | None:
    return row if row is not None and at - row["received_at"] <= REPEATED_WITHIN else None


def _stored_outcomes(
    connection: Connection, sightings: Sequence[Sighting], lookup: Lookup, at: datetime
) -> dict[str, Outcome]:
    if not lookup.event_ids:
        return {}
    rows = connection.execute(statements.STORED, {"events": list(lookup.event_ids)}).mappings()
    stored = {row["event_id"]: dict(row) for row in rows}
    outcomes: dict[str, Outcome] = {}
    for sighting in sightings:
        row = stored.get(sighting.event_id) or _recent(stored.get(sighting.earlier_key or ""), at)
        if row is not None and row["content_digest"] == sighting.content_digest:
            outcomes[sighting.event_id] = Recorded(row, row["order_number"], is_replay=True)
        elif row is not None:
            outcomes[sighting.event_id] = Refused(sighting.event_id, IdempotencyConflict())
    return outcomes


def _lock_orders(
    connection: Connection, judged: Sequence[Judged], at: datetime
) -> dict[int, LockedOrder]:
    order_ids = {one.resolved.order_id for one in judged if one.resolved.order_id is not None}
    if not order_ids:
        return {}
    earliest = min(one.timing.effective_at for one in judged)
    return lock_histories(connection, order_ids, earliest=earliest, at=at)


def _store(
    connection: Connection,
    judged: Sequence[Judged],
    orders: dict[int, LockedOrder],
    received_at: datetime,
    device: ScanningDevice,
) -> dict[str, Outcome]:
    ring = signing_keys.ring
    rows = [sign(TRACKS, judging.row_of(one, orders, device), ring) for one in judged]
    _insert(connection, rows)
    if orders:
        updates = [order.projection(received_at) for order in orders.values()]
        statements.PROJECT.each(connection, updates)
        changed = sorted(orders.values(), key=lambda order: order.id)
        news = (status_of(order, status) for order in changed for status in order.news)
        announce(STATUS_CHANGED, *news)
        for order in changed:
            if order.is_revived:
                again = db.session.get_one(Order, order.id, populate_existing=True)
                remind_again(again, at=received_at)
    numbers = {order.id: order.order_number for order in orders.values()}
    return {
        row["event_id"]: Recorded(row, numbers.get(row["order_id"]), is_replay=False)
        for row in rows
    }


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if len(rows) == 1:
        rows[0]["id"] = statements.INSERT.insert(connection, rows[0])
        return
    statements.INSERT.each(connection, rows)
    keys = [row["event_id"] for row in rows]
    found = statements.find_all(("events",)).rows(connection, {"events": keys})
    ids = {row.key: row.id for row in found}
    for row in rows:
        row["id"] = ids[row["event_id"]]
