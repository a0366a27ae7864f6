"""A business's calendar as its people look at it: who works, when they are open, what they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select

from app.database import db
from app.models import Business, Order, Resource, Segment, TimeOff, Worker
from app.operations.booking.opening import read_hours
from app.support.opening_hours import OpeningHours, Span
from app.support.wall_time import WallClock, instant_of, minute_of

SQUEEZED = 100
"""The first lane of what an owner squeezed in (models/calendar.py)."""
LONGEST = timedelta(days=2)
_SHOWN = ("held", "created", "confirmed", "processing", "completed", "no_show")


class Visit(NamedTuple):
    """An appointment in a calendar; `busy` is what it takes of its worker, in epoch minutes."""

    order: Order
    busy: Span
    is_squeezed: bool


@dataclass(frozen=True, slots=True)
class Agenda:
    """Some days of a business, or of one of its workers."""

    workers: Sequence[Worker]
    hours: Mapping[int | None, OpeningHours]
    time_off: Sequence[TimeOff]
    visits: Sequence[Visit]


def read_agenda(
    business: Business, *, first: date, last: date, worker_id: int | None, at: datetime
) -> Agenda:
    """The days from `first` to `last`, of every worker or of one; four statements.

    Whoever has gone is there only with what they still have. The caller has shown that the actor
    may see the business.
    """
    clock = WallClock(ZoneInfo(business.timezone))
    begins = instant_of(clock.minute(first, 0))
    ends = instant_of(clock.minute(last + timedelta(days=1), 0))
    visits = _read_visits(business.id, begins, ends, worker_id, at)
    people = select(Worker).where(Worker.business_id == business.id).order_by(Worker.id)
    if worker_id is not None:
        people = people.where(Worker.id == worker_id)
    busy = {one.order.worker_id for one in visits}
    everybody = db.session.scalars(people).all()
    is_staffed = any(one.is_active and not one.is_implicit for one in everybody)
    workers = [
        one
        for one in everybody
        if one.id in busy or (one.is_active and not (one.is_implicit and is_staffed))
    ]
    return Agenda(
        workers=workers,
        hours=read_hours(business.id, first - timedelta(days=1), last),
        time_off=_read_time_off([one.id for one in workers], begins, ends),
        visits=visits,
    )


def _read_visits(
    business_id: int, begins: datetime, ends: datetime, worker_id: int | None, at: datetime
) -> list[Visit]:
    query = (
        select(Order, Segment.busy_start, Segment.busy_end, Segment.lane)
        .outerjoin(Resource, Resource.worker_id == Order.worker_id)
        .outerjoin(Segment, and_(Segment.order_id == Order.id, Segment.resource_id == Resource.id))
        .where(
            Order.business_id == business_id,
            Order.starts_at > begins - LONGEST,
            Order.starts_at < ends,
            Order.ends_at > begins,
            Order.status.in_(_SHOWN),
            Order.deleted_at.is_(None),
            or_(Order.status != "held", Order.hold_expires_at > at),
        )
        .order_by(Order.starts_at, Order.id)
    )
    if worker_id is not None:
        query = query.where(Order.worker_id == worker_id)
    return [
        Visit(order, _busy(order, start, end), (lane or 0) >= SQUEEZED)
        for order, start, end, lane in db.session.execute(query)
    ]


def _busy(order: Order, start: int | None, end: int | None) -> Span:
    """What it takes, buffers included; what it took, where that is free again."""
    assert order.starts_at is not None
    assert order.ends_at is not None
    if start is None or end is None:
        return minute_of(order.starts_at), minute_of(order.ends_at)
    return start, end


def _read_time_off(
    worker_ids: Sequence[int], begins: datetime, ends: datetime
) -> Sequence[TimeOff]:
    return db.session.scalars(
        select(TimeOff)
        .where(
            TimeOff.worker_id.in_(worker_ids), TimeOff.starts_at < ends, TimeOff.ends_at > begins
        )
        .order_by(TimeOff.starts_at)
    ).all()
