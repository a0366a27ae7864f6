"""Time as one integer: a bit for each bucket of five minutes, the earliest the lowest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import compress, count
from typing import NamedTuple

from app.support.free_time.calendars import BUCKET_MINUTES
from app.support.opening_hours import Span

_CELLS = bytes.maketrans(b"01", b"\0\1")


class Grid(NamedTuple):
    """The buckets from number `first` on, `size` of them, as the bits of an integer."""

    first: int
    size: int

    @classmethod
    def covering(cls, start: int, end: int) -> Grid:
        """The grid of all buckets that a span of epoch minutes touches."""
        first = start // BUCKET_MINUTES
        return cls(first, max(0, -(-end // BUCKET_MINUTES) - first))

    @property
    def all(self) -> int:
        """Every bit."""
        return (1 << self.size) - 1

    def place(self, minute: int) -> int:
        """Which bit the bucket of an epoch minute is."""
        return minute // BUCKET_MINUTES - self.first

    def minute(self, place: int) -> int:
        """The epoch minute at which the bucket of a bit begins."""
        return (self.first + place) * BUCKET_MINUTES

    def cells(self, bits: int) -> bytes:
        """The bits, the lowest first, as a byte for each that is 0 or 1."""
        return f"{bits:0{self.size}b}".encode().translate(_CELLS)[::-1]

    def minutes(self, bits: int) -> Iterator[int]:
        """The epoch minutes at which the buckets of these bits begin, in order."""
        return map(self.minute, compress(count(), self.cells(bits)))

    def touched(self, spans: Iterable[Span]) -> int:
        """The buckets of which a span has at least a part."""
        first, size, bits = self.first, self.size, 0
        for start, end in spans:
            low, high = start // BUCKET_MINUTES - first, -(-end // BUCKET_MINUTES) - first
            low, high = low if low > 0 else 0, high if high < size else size
            if low < high and start < end:
                bits |= (1 << high) - (1 << low)
        return bits

    def within(self, spans: Iterable[Span]) -> int:
        """The buckets that lie wholly in one of the spans, which are apart."""
        return self.touched(
            (-(-start // BUCKET_MINUTES) * BUCKET_MINUTES, end // BUCKET_MINUTES * BUCKET_MINUTES)
            for start, end in spans
        )


def run_starts(bits: int, length: int) -> int:
    """The bits from which on so many are set; each step doubles the run that is known."""
    known = 1
    while bits and known < length:
        step = min(known, length - known)
        bits &= bits >> step
        known += step
    return bits
