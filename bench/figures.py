"""Percentiles, medians and ratios: the arithmetic of a comparison. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some rounds, and the least and the largest of them."""

    median: float
    least: float
    most: float

    def times(self, factor: float) -> Spread:
        """All three multiplied."""
        return Spread(self.median * factor, self.least * factor, self.most * factor)

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f}..{self.most:.2f})"


def percentile(ordered: Sequence[int], share: float) -> int:
    """The nearest-rank percentile of ascending values; 0 when there are none."""
    if not ordered:
        return 0
    rank = max(1, ceil(round(share * len(ordered), 9)))
    return ordered[min(rank, len(ordered)) - 1]


def spread(values: Sequence[float]) -> Spread:
    """The median of values and their range; raises ValueError when there are none."""
    if not values:
        raise ValueError("no round was measured")
    return Spread(median(values), min(values), max(values))


def ratio(of: Sequence[float], to: Sequence[float]) -> Spread:
    """Round by round `of` / `to`: neighbours in time share the machine's mood.

    Raises ValueError for rounds that do not pair, and for one that came to nothing.
    """
    if not all(to):
        raise ValueError("a round of the reference came to nothing")
    return spread([one / other for one, other in zip(of, to, strict=True)])
