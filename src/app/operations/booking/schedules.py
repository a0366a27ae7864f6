"""The calendars of an offer's crew over some days, read with three statements, however many they are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import repeat
from operator import and_

from sqlalchemy import bindparam, func, select

from app.database import connection
from app.database.prepared import Prepared
from app.models import Order, Segment, TimeOff
from app.operations.booking.crews import Crew, Performer
from app.operations.booking.offers import Offer
from app.operations.booking.opening import read_hours
from app.support.free_time import (
    BUCKET_MINUTES,
    LONGEST_VISIT_MINUTES,
    Calendar,
    Grid,
    Timetable,
)
from app.support.opening_hours import OpeningHours, Span
from app.support.wall_time import WallClock, instant_of, minute_of, minute_reached

CLOSED = OpeningHours(())
_DAY = timedelta(days=1)
_TIME_OFF = Prepared(
    select(TimeOff.worker_id, TimeOff.starts_at, TimeOff.ends_at).where(
        TimeOff.worker_id.in_(bindparam("worker_ids", expanding=True)),
        TimeOff.ends_at > bindparam("since"),
        TimeOff.starts_at < bindparam("until"),
    )
)
_expired_holds = (
    select(Order.id)
    .where(Order.status == "held", Order.hold_expires_at <= bindparam("at"))
    .scalar_subquery()
)
_LENGTHS = 100_000
_taken = Segment.busy_start * _LENGTHS + (Segment.busy_end - Segment.busy_start)
# A row of each lane, not of each appointment: PyMySQL takes 10 µs for each row that it reads.
_SEGMENTS = Prepared(
    select(
        Segment.resource_id,
        Segment.lane,
        func.group_concat(_taken).label("taken"),
        func.sum(_taken).label("checksum"),
    )
    .where(
        Segment.resource_id.in_(bindparam("resource_ids", expanding=True)),
        Segment.busy_start > bindparam("earliest"),
        Segment.busy_start < bindparam("end"),
        Segment.busy_end > bindparam("begin"),
        Segment.order_id != bindparam("ignoring"),
        Segment.order_id.not_in(_expired_holds),
    )
    .group_by(Segment.resource_id, Segment.lane)
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is known at one instant of the days `first` to `last`, for starts on these days.

    `days` are those whose hours matter to such a visit. `hours` are by worker, under None those
    of the business; `timetables` by resource.
    """

    offer: Offer
    crew: Crew
    at: datetime
    clock: WallClock
    first: date
    last: date
    days: tuple[date, date]
    grid: Grid
    hours: dict[int | None, OpeningHours]
    timetables: dict[int, Timetable]

    def holds(self, start: datetime) -> bool:
        """Whether an instant lies on its days."""
        return self.first <= self.clock.wall(minute_of(start))[0] <= self.last

    def hours_of(self, performer: Performer) -> list[OpeningHours]:
        """All that have to be open for a worker to be."""
        own = self.hours.get(performer.worker_id, CLOSED)
        business = self.hours.get(None, CLOSED)
        return [business, own] if performer.has_hours else [business]


def start_bounds(offer: Offer, first: date, last: date, at: datetime, clock: WallClock) -> Span:
    """The epoch minutes from which and before which a visit may start on these days.

    Not before the lead is over, and not after the last day of the horizon (booking.md 1).
    """
    earliest = minute_reached(at + timedelta(minutes=offer.lead_minutes))
    earliest += -earliest % BUCKET_MINUTES
    horizon = last_day(offer, at, clock)
    begin = max(clock.minute(first, 0), earliest)
    return begin, max(begin, clock.minute(min(last, horizon) + _DAY, 0))


def last_day(offer: Offer, at: datetime, clock: WallClock) -> date:
    """The last local day on which a visit may start."""
    return clock.wall(minute_of(at))[0] + timedelta(days=offer.horizon_days)


def read_schedule(
    offer: Offer,
    crew: Crew,
    *,
    first: date,
    last: date,
    at: datetime,
    worker_id: int | None = None,
    more_resource_ids: Sequence[int] = (),
    ignoring_order_id: int = 0,
) -> Schedule:
    """Read the days `first` to `last` of everybody who may perform an offer, or of one worker alone.

    Three statements. Resources in `more_resource_ids` (a customer's own) are read beside the
    crew's. An appointment that is being moved does not stand in its own way; a hold that has
    expired stands in nobody's.
    """
    clock = WallClock(offer.zone)
    visit = offer.visit
    begin = clock.minute(first, 0) - visit.before
    end = clock.minute(last + _DAY, 0) + visit.duration + visit.after
    grid = Grid.covering(begin, end)
    days = first - _DAY, clock.wall(end)[0] + _DAY
    hours = read_hours(offer.business_id, *days)
    performers = crew.candidates(worker_id)
    away = _read_time_off([one.worker_id for one in performers], begin, end)
    resource_ids = [*crew.resource_ids(worker_id), *more_resource_ids]
    taken = _read_taken(resource_ids, begin, end, at, ignoring_order_id)
    schedule = Schedule(offer, crew, at, clock, first, last, days, grid, hours, {})
    opened = {one: grid.within(one.between(*days, clock)) for one in {*hours.values()}}
    opened[CLOSED] = 0

    def keep(resource_id: int, opened: int, away: Sequence[Span] = (), units: int = 1) -> None:
        calendar = Calendar(units, away, taken[resource_id])
        schedule.timetables[resource_id] = Timetable.of(calendar, grid, opened)

    for one in performers:
        in_hours = reduce(and_, (opened[hours] for hours in schedule.hours_of(one)))
        keep(one.resource_id, in_hours, away[one.worker_id])
    for room in crew.needed:
        keep(room.resource_id, grid.all, units=room.units)
    for resource_id in more_resource_ids:
        keep(resource_id, grid.all)
    return schedule


def _read_time_off(worker_ids: Sequence[int], begin: int, end: int) -> dict[int, list[Span]]:
    away: dict[int, list[Span]] = {worker_id: [] for worker_id in worker_ids}
    values = {"worker_ids": worker_ids, "since": instant_of(begin), "until": instant_of(end)}
    for worker_id, starts_at, ends_at in _TIME_OFF.rows(connection(), values):
        away[worker_id].append((minute_of(starts_at), minute_reached(ends_at)))
    return away


def _read_taken(
    resource_ids: Sequence[int], begin: int, end: int, at: datetime, ignoring: int
) -> dict[int, list[tuple[int, int, int]]]:
    taken: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    values = {
        "resource_ids": resource_ids,
        "earliest": begin - LONGEST_VISIT_MINUTES,
        "begin": begin,
        "end": end,
        "at": at,
        "ignoring": ignoring,
    }
    for resource_id, lane, told, checksum in _SEGMENTS.rows(connection(), values):
        numbers = json.loads(f"[{told}]")
        if sum(numbers) != checksum:
            raise RuntimeError("group_concat_max_len is too small: a calendar was cut off")
        for start, length in map(divmod, numbers, repeat(_LENGTHS)):
            taken[resource_id].append((start, start + length, lane))
    return taken
