"""A sample of recent orders with their scans: how long steps take, and how late scans arrive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import bindparam, func, null, select

from app.database import AnyRow, db
from app.models import Device, Order, Service, Track
from app.operations.tracks.fold import State, advance
from app.operations.tracks.histories import entries_of

MOST_ORDERS = 2_000
PERIOD = timedelta(days=30)
PLACED_WITHIN = 2 * PERIOD
NEXT = {
    "created": "picked_up",
    "picked_up": "processing",
    "processing": "completed",
    "completed": "delivered",
}
"""The statuses in which an order stays, and what ends each stay."""

_recent = Order.created_at >= bindparam("since", type_=Order.created_at.type)
_ENDS = select(func.min(Order.id).label("lowest"), func.max(Order.id).label("highest")).where(
    _recent
)
_ORDERS = (
    select(
        Order.id,
        Order.created_at,
        Order.piece_count,
        Order.service_id,
        func.coalesce(Service.name, Order.service_name).label("service"),
    )
    .outerjoin(Service, Service.id == Order.service_id)
    .where(
        Order.id.in_(bindparam("ids", expanding=True)),
        _recent,
        Order.deleted_at.is_(None),
        Order.starts_at.is_(None),  # an appointment waits for its time, and is no stay
    )
)
# Positions play no part in how long things took: without them the fold judges no distances.
_SCANS = (
    select(
        Track.order_id,
        Track.event_id,
        Track.kind,
        Track.target_event_id,
        Track.action,
        Track.effective_at,
        Track.received_at,
        Track.seq,
        Track.forced,
        Track.piece,
        Track.worker_id,
        Track.clock,
        Track.result,
        Track.reasons,
        Track.license,
        Track.location.label("event_location"),
        null().label("lat_e6"),
        null().label("lon_e6"),
        func.coalesce(Track.location, Device.station).label("place"),
    )
    .with_hint(Track, "FORCE INDEX (ix_tracks_order_id_id)", "mysql")
    .outerjoin(Device, Device.id == Track.device_id)
    .where(Track.order_id.in_(bindparam("ids", expanding=True)))
    .order_by(Track.order_id)
)


@dataclass(frozen=True, slots=True)
class Stay:
    """How long an order of this service was in this status before the next one."""

    service: str | None
    status: str
    length: timedelta


@dataclass(frozen=True, slots=True)
class Delay:
    """How long after it was made at this place a scan arrived."""

    place: str | None
    length: timedelta


@dataclass(frozen=True, slots=True)
class Sample:
    """What `orders` orders tell of the 30 days before; `is_whole` when none was left out.

    The service of an order of several is None, and so is a place that nobody named.
    """

    orders: int
    is_whole: bool
    stays: tuple[Stay, ...]
    delays: tuple[Delay, ...]


def sample_orders(*, at: datetime) -> Sample:
    """Stays that ended and scans that arrived within 30 days, of orders of the last 60.

    At most 2,000 orders are looked at, at even distances among all of that time, so that the
    cost has a bound; three statements.
    """
    since = {"since": at - PLACED_WITHIN}
    ends = db.session.execute(_ENDS, since).one()
    if ends.lowest is None:
        return Sample(0, True, (), ())
    distance = -(-(ends.highest - ends.lowest + 1) // MOST_ORDERS)
    ids = list(range(ends.lowest, ends.highest + 1, distance))
    orders = {row.id: row for row in db.session.execute(_ORDERS, since | {"ids": ids})}
    scans = db.session.execute(_SCANS, {"ids": list(orders)}).all()
    stays: list[Stay] = []
    for order_id, events in groupby(scans, key=lambda row: row.order_id):
        stays += _stays(orders[order_id], list(events), at - PERIOD)
    delays = tuple(
        Delay(row.place, row.received_at - row.effective_at)
        for row in scans
        if row.kind == "scan" and row.received_at >= at - PERIOD
    )
    return Sample(len(orders), distance == 1, tuple(stays), delays)


def _stays(order: AnyRow, events: Sequence[AnyRow], since: datetime) -> Iterator[Stay]:
    """A step that skips a status tells of no stay: when the skipped one began nobody saw."""
    service = None if order.service_id is None else order.service
    state = State(since=order.created_at)
    for entry in sorted(entries_of(events), key=lambda one: one.key):
        state, step = advance(state, entry, order.piece_count)
        if NEXT.get(step.before) == step.after and entry.effective_at >= since:
            length = max(entry.effective_at - step.before_since, timedelta(0))
            yield Stay(service, step.before, length)
