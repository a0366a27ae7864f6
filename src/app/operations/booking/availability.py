"""When an offer is free: its starts day by day, and a tag that changes when they do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import compress
from operator import or_
from typing import NamedTuple

from app.operations.booking.crews import Crew
from app.operations.booking.offers import Offer
from app.operations.booking.schedules import Schedule, last_day, read_schedule, start_bounds
from app.support.free_time import BUCKET_MINUTES, Visit
from app.support.wall_time import WallClock, minute_of

_DAY = timedelta(days=1)
_LOCAL = slice(len("2026-11-20T"), len("2026-11-20T09:00"))
_LAYOUT = 1
"""Raised when the same rows shall be told in another way."""


class FreeStart(NamedTuple):
    """When a visit can start: the epoch minute, the local HH:MM, RFC 3339 with the zone's offset."""

    minute: int
    local: str
    written: str
    worker_ids: Sequence[int]


class FreeDay(NamedTuple):
    """A local day, and its free starts in order."""

    day: date
    starts: list[FreeStart]


def availability_tag(
    offer: Offer, crew: Crew, *, first: date, last: date, worker_id: int | None, at: datetime
) -> str:
    """Of the free starts of these days: it changes whenever they may have.

    It is made of the versions of all that they are made from, and of the part of these days that
    is left: who changes hours, time off or an appointment raises one of them. A hold that
    expires raises it when it is swept. Nothing is read.
    """
    left = start_bounds(offer, first, last, at, WallClock(offer.zone))
    days = first.isoformat(), last.isoformat(), worker_id
    told = repr((_LAYOUT, offer, crew.versions, days, left if left[0] < left[1] else None))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def list_free_days(
    offer: Offer,
    crew: Crew,
    *,
    first: date,
    last: date,
    worker_id: int | None,
    ignoring_order_id: int = 0,
    at: datetime,
) -> list[FreeDay]:
    """The free starts of each day from `first` to `last`: with any worker, or with one.

    An appointment that is to be moved does not stand in its own way.

    Three statements, however many the workers and the days; none for days that cannot be booked.
    """
    clock = WallClock(offer.zone)
    days = [first + number * _DAY for number in range((last - first).days + 1)]
    today, horizon = clock.wall(minute_of(at))[0], last_day(offer, at, clock)
    bookable = [day for day in days if today <= day <= horizon]
    if not bookable:
        return [FreeDay(day, []) for day in days]
    schedule = read_schedule(
        offer,
        crew,
        first=bookable[0],
        last=bookable[-1],
        at=at,
        worker_id=worker_id,
        ignoring_order_id=ignoring_order_id,
    )
    found = {one.day: one for one in find_free_days(schedule, worker_id)}
    return [found.get(day) or FreeDay(day, []) for day in days]


def find_free_days(
    schedule: Schedule, worker_id: int | None = None, customer_resource_id: int | None = None
) -> Iterator[FreeDay]:
    """The free starts of a schedule's days; those that a customer is free for, where one is named."""
    offer, crew, clock, grid = schedule.offer, schedule.crew, schedule.clock, schedule.grid
    together = grid.all if offer.is_open and all(one.is_active for one in crew.needed) else 0
    for room in crew.needed:
        together &= schedule.timetables[room.resource_id].starts(offer.visit)
    if customer_resource_id is not None:
        own = schedule.timetables[customer_resource_id]
        together &= own.starts(Visit(offer.visit.duration))
    people = crew.candidates(worker_id)
    worker_ids = [one.worker_id for one in people]
    bits = [schedule.timetables[one.resource_id].starts(offer.visit) & together for one in people]
    columns = [grid.cells(one) for one in bits]
    anybody = grid.cells(reduce(or_, bits, 0))
    begin, end = start_bounds(offer, schedule.first, schedule.last, schedule.at, clock)
    for number in range((schedule.last - schedule.first).days + 1):
        day = schedule.first + number * _DAY
        times = [
            (wall, minute)
            for wall, minute in clock.times(day, offer.step)
            if begin <= minute < end and anybody[minute // BUCKET_MINUTES - grid.first]
        ]
        places = [grid.place(minute) for _, minute in times]
        free = zip(*([column[place] for place in places] for column in columns), strict=True)
        starts = [
            FreeStart(minute, written[_LOCAL], written, list(compress(worker_ids, who)))
            for (_, minute), written, who in zip(
                times, clock.written(day, times), free, strict=True
            )
        ]
        yield FreeDay(day, starts)
