"""What stands in the way of a visit: the one check, of those who ask and of those who book."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from app.operations.booking.crews import Performer
from app.operations.booking.schedules import Schedule, last_day
from app.support.free_time import BUCKET_MINUTES
from app.support.wall_time import minute_of, minute_reached


class Reason(StrEnum):
    """Why a visit cannot start at a time; the first that applies to it is told first."""

    PAST = "past"
    LEAD = "lead"
    HORIZON = "horizon"
    MISALIGNED = "misaligned"
    INACTIVE = "inactive"
    UNABLE = "unable"
    UNLICENSED = "unlicensed"
    CLOSED = "closed"
    BREAK = "break"
    TIME_OFF = "time_off"
    TAKEN = "taken"
    BUFFER = "buffer"
    ELSEWHERE = "elsewhere"


WORDS = {
    Reason.PAST: "This time is past.",
    Reason.LEAD: "This is too soon: visits are booked further ahead.",
    Reason.HORIZON: "This is too far ahead: visits cannot be booked yet.",
    Reason.MISALIGNED: "Visits do not start at this minute.",
    Reason.INACTIVE: "This cannot be booked at present.",
    Reason.UNABLE: "This worker does not perform this service.",
    Reason.UNLICENSED: "This worker does not hold the license that this service requires.",
    Reason.CLOSED: "It is closed then.",
    Reason.BREAK: "There is a break then.",
    Reason.TIME_OFF: "This worker is away then.",
    Reason.TAKEN: "This is taken.",
    Reason.BUFFER: "This is too close to another appointment.",
    Reason.ELSEWHERE: "You have another appointment then.",
}


class Obstacle(NamedTuple):
    """One thing in the way: of a worker or a resource, or of the time itself."""

    reason: Reason
    worker_id: int | None = None
    resource_id: int | None = None


def find_obstacles(
    schedule: Schedule,
    start: datetime,
    *,
    worker_id: int | None = None,
    customer_resource_id: int | None = None,
) -> list[Obstacle]:
    """All that keeps a visit from starting at an instant; nothing when it can be booked.

    Without a `worker_id` any worker will do, and what is in the way of each is told only when it
    is in the way of all. The start has to lie on a day of the schedule, which was read with the
    same `worker_id`, and with `customer_resource_id` where that is given.

    Whoever books calls this in their transaction, once the resources (`Crew.resource_ids`) are
    locked, with an offer, a crew and a schedule that were read after that; the same instant `at`
    for all. It takes the same bits as the list of free starts: what is offered has no obstacle,
    and what is not offered has one.
    """
    in_general = list(_of_the_time(schedule, start))
    if any(one.reason in (Reason.PAST, Reason.HORIZON) for one in in_general):
        return in_general
    if not schedule.holds(start):
        raise ValueError("this schedule is of other days")
    if not schedule.offer.is_open or not all(one.is_active for one in schedule.crew.needed):
        in_general.append(Obstacle(Reason.INACTIVE))
        return in_general
    in_general += _of_rooms(schedule, start)
    if customer_resource_id is not None:
        in_general += _of_the_customer(schedule, start, customer_resource_id)
    in_the_way = {
        one: list(_of_a_worker(schedule, start, one)) for one in _asked(schedule, worker_id)
    }
    if not in_the_way:
        in_general.append(Obstacle(Reason.INACTIVE, worker_id))
    elif all(in_the_way.values()):
        in_general += [one for found in in_the_way.values() for one in found]
    return in_general


def find_free_workers(schedule: Schedule, start: datetime) -> list[Performer]:
    """Those in whose way nothing stands, apart from what stands in everybody's."""
    found = schedule.crew.candidates()
    return [one for one in found if not any(_of_a_worker(schedule, start, one))]


def find_lane(schedule: Schedule, start: datetime, resource_id: int) -> int | None:
    """The lowest lane of a resource that is free for all that a visit takes; None without one."""
    bits = schedule.grid.touched([schedule.offer.visit.taken(minute_of(start))])
    return schedule.timetables[resource_id].lowest_lane(bits)


def _asked(schedule: Schedule, worker_id: int | None) -> list[Performer]:
    if worker_id is None:
        return schedule.crew.candidates()
    performer = schedule.crew.performers.get(worker_id)
    return [] if performer is None else [performer]


def _of_the_time(schedule: Schedule, start: datetime) -> Iterator[Obstacle]:
    offer, clock = schedule.offer, schedule.clock
    minute = minute_of(start)
    day, wall = clock.wall(minute)
    if start < schedule.at:
        yield Obstacle(Reason.PAST)
    elif start < schedule.at + timedelta(minutes=offer.lead_minutes):
        yield Obstacle(Reason.LEAD)
    if day > last_day(offer, schedule.at, clock):
        yield Obstacle(Reason.HORIZON)
    is_whole = minute == minute_reached(start) and not minute % BUCKET_MINUTES
    if not is_whole or wall % offer.step or clock.is_repeated(minute):
        yield Obstacle(Reason.MISALIGNED)


def _of_rooms(schedule: Schedule, start: datetime) -> Iterator[Obstacle]:
    for room in schedule.crew.needed:
        reason = _taken(schedule, start, room.resource_id)
        if reason is not None:
            yield Obstacle(reason, resource_id=room.resource_id)


def _of_the_customer(schedule: Schedule, start: datetime, resource_id: int) -> Iterator[Obstacle]:
    bits = schedule.grid.touched([schedule.offer.visit.core(minute_of(start))])
    if schedule.timetables[resource_id].lowest_lane(bits) is None:
        yield Obstacle(Reason.ELSEWHERE, resource_id=resource_id)


def _of_a_worker(schedule: Schedule, start: datetime, performer: Performer) -> Iterator[Obstacle]:
    whose = performer.worker_id, performer.resource_id
    if not performer.is_active:
        yield Obstacle(Reason.INACTIVE, *whose)
        return
    if not performer.is_able:
        yield Obstacle(Reason.UNABLE, *whose)
        return
    if not performer.is_licensed:
        yield Obstacle(Reason.UNLICENSED, *whose)
        return
    visit, minute, grid = schedule.offer.visit, minute_of(start), schedule.grid
    timetable = schedule.timetables[performer.resource_id]
    core, needed = grid.touched([visit.core(minute)]), grid.touched([visit.taken(minute)])
    if core & ~timetable.open:
        for reason in _closed(schedule, performer, core):
            yield Obstacle(reason, *whose)
    if needed & timetable.away:
        yield Obstacle(Reason.TIME_OFF, *whose)
    if (taken := _taken(schedule, start, performer.resource_id)) is not None:
        yield Obstacle(taken, *whose)


def _closed(schedule: Schedule, performer: Performer, core: int) -> list[Reason]:
    """Why a visit is not in hours, which it is not."""
    found = set()
    for hours in schedule.hours_of(performer):
        shut = core & ~schedule.grid.within(hours.between(*schedule.days, schedule.clock))
        pause = schedule.grid.touched(hours.breaks(*schedule.days, schedule.clock))
        found |= {Reason.BREAK} if shut & pause else set()
        found |= {Reason.CLOSED} if shut & ~pause else set()
    return sorted(found, key=list(Reason).index)


def _taken(schedule: Schedule, start: datetime, resource_id: int) -> Reason | None:
    visit, minute, grid = schedule.offer.visit, minute_of(start), schedule.grid
    timetable = schedule.timetables[resource_id]
    if timetable.lowest_lane(grid.touched([visit.taken(minute)])) is not None:
        return None
    core = timetable.lowest_lane(grid.touched([visit.core(minute)]))
    return Reason.TAKEN if core is None else Reason.BUFFER
