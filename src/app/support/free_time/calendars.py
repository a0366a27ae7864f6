"""What is known of a worker's, a room's or a customer's time, and what a visit takes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.support.opening_hours import Span

LONGEST_VISIT_MINUTES: Final = 2 * 1440
"""With its buffers: who looks for what meets a span need not look further back."""

BUCKET_MINUTES: Final = 5
"""Visits and their buffers are as long as a number of buckets, and begin with one."""


class Visit(NamedTuple):
    """How many minutes a visit lasts, and how many it needs before and after: multiples of 5."""

    duration: int
    before: int = 0
    after: int = 0

    @property
    def length(self) -> int:
        """Minutes that it takes in all."""
        return self.before + self.duration + self.after

    def core(self, start: int) -> Span:
        """What has to be in opening hours of a visit that starts at an epoch minute."""
        return start, start + self.duration

    def taken(self, start: int) -> Span:
        """What nothing else may meet."""
        return start - self.before, start + self.duration + self.after


class Taken(NamedTuple):
    """A stretch that an appointment has; beyond the calendar's units a lane was squeezed in."""

    start: int
    end: int
    lane: int = 0


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is not free of one resource's time, in epoch minutes; all taken of it are Taken.

    A visit stays in one lane of its `units`, and needs one not to be taken by others, squeezed in
    or not: where as many appointments as there are units meet a bucket, nothing else fits.
    """

    units: int = 1
    away: Sequence[Span] = ()
    taken: Sequence[tuple[int, int, int]] = ()
