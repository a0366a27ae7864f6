"""Why a visit cannot start at a time, and when it could instead."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from app.operations.booking.availability import FreeStart, find_free_days
from app.operations.booking.crews import Crew
from app.operations.booking.obstacles import Obstacle, find_obstacles
from app.operations.booking.offers import Offer
from app.operations.booking.schedules import Schedule, last_day, read_schedule
from app.support.wall_time import WallClock, minute_of

DAYS_BEFORE, DAYS_AFTER = 3, 10
MOST_ALTERNATIVES = 5


class Answer(NamedTuple):
    """What stands in the way, and the nearest free starts in order."""

    obstacles: list[Obstacle]
    nearest: list[FreeStart]


def explain_start(
    offer: Offer, crew: Crew, start: datetime, *, worker_id: int | None, at: datetime
) -> Answer:
    """What stands in the way of a visit at an instant, with any worker or with one.

    A start without obstacles can be booked, until somebody else does. Three statements.
    """
    schedule = read_days_around(offer, crew, start, worker_id=worker_id, at=at)
    obstacles = find_obstacles(schedule, start, worker_id=worker_id)
    return Answer(obstacles, find_nearest(schedule, start, worker_id=worker_id))


def read_days_around(
    offer: Offer,
    crew: Crew,
    start: datetime,
    *,
    worker_id: int | None,
    at: datetime,
    customer_resource_id: int | None = None,
) -> Schedule:
    """The schedule of three days before an instant to ten after it, as far as they can be booked."""
    clock = WallClock(offer.zone)
    today, horizon = clock.wall(minute_of(at))[0], last_day(offer, at, clock)
    day = _between(today, clock.wall(minute_of(start))[0], horizon)
    return read_schedule(
        offer,
        crew,
        first=_between(today, day - timedelta(days=DAYS_BEFORE), horizon),
        last=_between(today, day + timedelta(days=DAYS_AFTER), horizon),
        at=at,
        worker_id=worker_id,
        more_resource_ids=() if customer_resource_id is None else [customer_resource_id],
    )


def find_nearest(
    schedule: Schedule,
    start: datetime,
    *,
    worker_id: int | None = None,
    customer_resource_id: int | None = None,
) -> list[FreeStart]:
    """The free starts of a schedule that are nearest to an instant but not at it, in order."""
    minute = minute_of(start)
    days = find_free_days(schedule, worker_id, customer_resource_id)
    found = [one for day in days for one in day.starts if one.minute != minute]
    nearest = sorted(found, key=lambda one: (abs(one.minute - minute), one.minute))
    return sorted(nearest[:MOST_ALTERNATIVES], key=lambda one: one.minute)


def _between(least: date, wanted: date, most: date) -> date:
    return max(least, min(wanted, most))
