"""Any worker: whom a visit is given to, of those who are free for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from app.operations.booking.crews import Performer
from app.operations.booking.schedules import Schedule
from app.support.wall_time import minute_of

NEARLY = Fraction(2, 100)
"""Utilisations that differ by no more than this are alike."""


def choose_worker(schedule: Schedule, start: datetime, free: Sequence[Performer]) -> Performer:
    """The one who gets a visit that starts at an instant, of those who are `free` for it.

    Of those whose utilisation, booked against bookable minutes of that local day, is within two
    percentage points of the lowest, the one whose free gap it leaves the least of; then the one
    with the lowest id (booking.md 4). The schedule holds that day.
    """
    minute = minute_of(start)
    day = schedule.clock.wall(minute)[0]
    begin, end = (schedule.clock.minute(one, 0) for one in (day, day + timedelta(days=1)))
    today = schedule.grid.touched([(begin, end)])

    def utilisation(one: Performer) -> Fraction:
        timetable = schedule.timetables[one.resource_id]
        bookable = timetable.open & ~timetable.away & today
        booked = timetable.full & bookable
        return Fraction(booked.bit_count(), bookable.bit_count() or 1)

    def leftover(one: Performer) -> int:
        return schedule.timetables[one.resource_id].gap(schedule.offer.visit, minute)

    used = {one.worker_id: utilisation(one) for one in free}
    lowest = min(used.values())
    alike = [one for one in free if used[one.worker_id] <= lowest + NEARLY]
    return min(alike, key=lambda one: (leftover(one), one.worker_id))
