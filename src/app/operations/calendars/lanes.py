"""Lanes: which of a resource's units an appointment gets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final, NamedTuple

from sqlalchemy import and_, bindparam, select, true

from app.database import connection
from app.database.prepared import Prepared
from app.errors import SlotUnavailable
from app.models import Resource, Segment
from app.support.free_time import (
    BUCKET_MINUTES,
    LONGEST_VISIT_MINUTES,
    Calendar,
    Grid,
    Taken,
    Timetable,
)

SQUEEZED: Final = 100
"""The first lane of what an owner squeezed in."""

_LANES = Prepared(
    select(Resource.id, Resource.units, Segment.busy_start, Segment.busy_end, Segment.lane)
    .outerjoin(
        Segment,
        and_(
            Segment.resource_id == Resource.id,
            Segment.busy_start > bindparam("earliest"),
            Segment.busy_start < bindparam("end"),
            Segment.busy_end > bindparam("begin"),
        ),
    )
    .where(Resource.id.in_(bindparam("ids", expanding=True)), Resource.is_active == true())
)


class Span(NamedTuple):
    """A stretch of a resource's time, from one epoch minute to before another: multiples of 5.

    Without a lane it gets the lowest that is free for all of it.
    """

    resource_id: int
    start: int
    end: int
    lane: int | None = None

    @property
    def buckets(self) -> range:
        return range(self.start // BUCKET_MINUTES, self.end // BUCKET_MINUTES)


def give_lanes(spans: Sequence[Span], *, is_squeezed: bool = False) -> list[Span]:
    """Each span with a lane of its own, of calendars that are locked; at most one statement.

    Where nothing is free, what is squeezed in gets a lane of its own from SQUEEZED on. Raises
    SlotUnavailable for what is not, and where a resource is not active.
    """
    if all(span.lane is not None for span in spans):
        return list(spans)
    calendars = _read(spans)
    if not all(span.resource_id in calendars for span in spans):
        raise SlotUnavailable
    given = []
    for span in spans:
        lane = span.lane
        if lane is None:
            lane = _free_lane(span, calendars[span.resource_id])
        if lane is None and is_squeezed:
            lane = _squeezed_lane(span, calendars[span.resource_id])
        if lane is None:
            raise SlotUnavailable
        given.append(span._replace(lane=lane))
    return given


def _read(spans: Sequence[Span]) -> dict[int, Calendar]:
    begin, end = min(span.start for span in spans), max(span.end for span in spans)
    values = {
        "ids": [span.resource_id for span in spans],
        "begin": begin,
        "end": end,
        "earliest": begin - LONGEST_VISIT_MINUTES,
    }
    units, taken = dict[int, int](), defaultdict[int, list[Taken]](list)
    for resource_id, number, start, ends, lane in _LANES.rows(connection(), values):
        units[resource_id] = number
        if start is not None:
            taken[resource_id].append(Taken(start, ends, lane))
    return {one: Calendar(number, taken=taken[one]) for one, number in units.items()}


def _free_lane(span: Span, calendar: Calendar) -> int | None:
    grid = Grid.covering(span.start, span.end)
    return Timetable.of(calendar, grid, grid.all).lowest_lane(grid.all)


def _squeezed_lane(span: Span, calendar: Calendar) -> int:
    met = {lane for begin, end, lane in calendar.taken if begin < span.end and span.start < end}
    numbers: Iterator[int] = count(SQUEEZED)
    return next(lane for lane in numbers if lane not in met)
