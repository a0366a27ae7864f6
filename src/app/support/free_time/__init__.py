"""Where a visit fits: a bit for each five minutes, and an interval sweep that must say the same."""

from app.support.free_time.calendars import (
    BUCKET_MINUTES,
    LONGEST_VISIT_MINUTES,
    Calendar,
    Taken,
    Visit,
)
from app.support.free_time.grid import Grid
from app.support.free_time.timetable import Timetable

__all__ = [
    "BUCKET_MINUTES",
    "LONGEST_VISIT_MINUTES",
    "Calendar",
    "Grid",
    "Taken",
    "Timetable",
    "Visit",
]
