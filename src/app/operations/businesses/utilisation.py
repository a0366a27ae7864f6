"""How full the calendars of a business were: booked against bookable minutes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, select

from app.database import db
from app.models import Business, Hours, Order, TimeOff, Worker
from app.operations.booking.opening import read_hours
from app.support.free_time import Grid
from app.support.opening_hours import OpeningHours, Span
from app.support.wall_time import WallClock, instant_of, minute_of, minute_reached

USED: Final = ("created", "confirmed", "processing", "completed")
"""Appointments that take their time; what was cancelled or missed gave it back."""

_DAY = timedelta(days=1)
_NIGHTS = 2 * _DAY


class _Worker(NamedTuple):
    """Somebody who can be booked; without hours of their own those of the business count."""

    id: int
    is_implicit: bool
    has_hours: bool
    away: list[Span]


def get_utilisation(business: Business, *, days: int, at: datetime) -> float | None:
    """The share of bookable time that was booked, over so many local days before today.

    Bookable is when business and worker are open, by the hours of now, and the worker is not away;
    of the workers who are active now. Counted in steps of five minutes of real time, so that a day
    on which the clock is changed is as long as it was. None without a bookable minute. Three
    statements.
    """
    clock = WallClock(ZoneInfo(business.timezone))
    last = clock.wall(minute_of(at))[0] - _DAY
    first = last - (days - 1) * _DAY
    grid = Grid.covering(clock.minute(first, 0), clock.minute(last + _DAY, 0))
    hours = read_hours(business.id, first - _NIGHTS, last)
    booked = _read_visits(business.id, grid)
    bookable_buckets = booked_buckets = 0
    own = _open(hours.get(None), first, last, clock)
    for worker in _read_workers(business.id, grid):
        bookable = grid.within(own) & ~grid.touched(worker.away)
        if worker.has_hours:
            bookable &= grid.within(_open(hours.get(worker.id), first, last, clock))
        bookable_buckets += bookable.bit_count()
        booked_buckets += (grid.touched(booked[worker.id]) & bookable).bit_count()
    return round(booked_buckets / bookable_buckets, 4) if bookable_buckets else None


def _open(hours: OpeningHours | None, first: date, last: date, clock: WallClock) -> list[Span]:
    return [] if hours is None else hours.between(first - _NIGHTS, last, clock)


def _read_workers(business_id: int, grid: Grid) -> Sequence[_Worker]:
    """Who is there now, and when they are away: the implicit worker alone where nobody else is."""
    has_hours = exists().where(Hours.business_id == business_id, Hours.worker_id == Worker.id)
    is_met = and_(
        TimeOff.worker_id == Worker.id,
        TimeOff.ends_at > instant_of(grid.minute(0)),
        TimeOff.starts_at < instant_of(grid.minute(grid.size)),
    )
    query: Any = (
        select(Worker.id, Worker.is_implicit, has_hours, TimeOff.starts_at, TimeOff.ends_at)
        .outerjoin(TimeOff, is_met)
        .where(Worker.business_id == business_id, Worker.is_active.is_(True))
    )
    found: dict[int, _Worker] = {}
    for worker_id, is_implicit, has_own, starts_at, ends_at in db.session.execute(query):
        worker = found.setdefault(worker_id, _Worker(worker_id, is_implicit, bool(has_own), []))
        if starts_at is not None:
            worker.away.append((minute_of(starts_at), minute_reached(ends_at)))
    return [one for one in found.values() if not one.is_implicit] or list(found.values())


def _read_visits(business_id: int, grid: Grid) -> dict[int, list[Span]]:
    begin, end = instant_of(grid.minute(0)), instant_of(grid.minute(grid.size))
    query: Any = select(Order.worker_id, Order.starts_at, Order.ends_at).where(
        Order.business_id == business_id,
        Order.starts_at > begin - _NIGHTS,
        Order.starts_at < end,
        Order.ends_at > begin,
        Order.status.in_(USED),
    )
    found: dict[int, list[Span]] = defaultdict(list)
    for worker_id, starts_at, ends_at in db.session.execute(query):
        found[worker_id].append((minute_of(starts_at), minute_reached(ends_at)))
    return found
