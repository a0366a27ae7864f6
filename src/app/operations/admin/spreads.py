"""How long things take, as an owner asks it: the usual case and the bad one. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Spread:
    """Half of `count` took `median` at most, nine of ten took `most` at most."""

    count: int
    median: timedelta
    most: timedelta


def spread(lengths: Iterable[timedelta]) -> Spread:
    """The 50th and 90th percentile by nearest rank: each is a length that occurred."""
    ordered = sorted(lengths)
    return Spread(len(ordered), _percentile(ordered, 50), _percentile(ordered, 90))


def _percentile(ordered: Sequence[timedelta], percent: int) -> timedelta:
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]


def spreads(measured: Iterable[tuple[Key, timedelta]]) -> dict[Key, Spread]:
    """The spread under each key, the most frequent key first."""
    lengths: defaultdict[Key, list[timedelta]] = defaultdict(list)
    for key, length in measured:
        lengths[key].append(length)
    frequent = sorted(lengths, key=lambda key: -len(lengths[key]))
    return {key: spread(lengths[key]) for key in frequent}
