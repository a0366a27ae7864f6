"""One resource's calendar on a grid: free = open and not busy, reduced to where a visit can start."""

from __future__ import annotations

from dataclasses import dataclass

from app.support.free_time.calendars import BUCKET_MINUTES, Calendar, Visit
from app.support.free_time.grid import Grid, run_starts


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a resource is open, when it is away, when each lane is taken, and when all of it is."""

    grid: Grid
    open: int
    away: int
    lanes: tuple[int, ...]
    full: int

    @classmethod
    def of(cls, calendar: Calendar, grid: Grid, opened: int) -> Timetable:
        """The part of a calendar that lies on a grid, where it is open in these buckets."""
        away = grid.touched(calendar.away)
        if calendar.units == 1:
            full = grid.touched((start, end) for start, end, _ in calendar.taken)
            return cls(grid, opened, away, (full,), full)
        lanes = [0] * calendar.units
        held = [grid.all, *lanes]  # by at least so many
        for start, end, lane in calendar.taken:
            bits = grid.touched(((start, end),))
            if lane < calendar.units:
                lanes[lane] |= bits
            for count in range(calendar.units, 0, -1):
                held[count] |= held[count - 1] & bits
        return cls(grid, opened, away, tuple(lanes), held[-1])

    def starts(self, visit: Visit) -> int:
        """The bits at which a visit can start; the grid has to hold all that it takes."""
        length = visit.length // BUCKET_MINUTES
        unhindered = 0
        for lane in self.lanes:
            unhindered |= run_starts(self.grid.all & ~(lane | self.full | self.away), length)
        in_hours = run_starts(self.open, visit.duration // BUCKET_MINUTES)
        return in_hours & unhindered << visit.before // BUCKET_MINUTES

    def lowest_lane(self, bits: int) -> int | None:
        """The first lane that is free in all of these buckets; None where no unit is left."""
        if bits & self.full:
            return None
        return next((number for number, lane in enumerate(self.lanes) if not bits & lane), None)

    def gap(self, visit: Visit, start: int) -> int:
        """How many free buckets in hours a visit would leave over, on both of its sides together."""
        low, high = map(self.grid.place, visit.taken(start))
        free = self.open & ~(self.full | self.away)
        after = ~(free >> high)
        before = ~free & ((1 << low) - 1)
        return (after & -after).bit_length() - 1 + low - before.bit_length()
