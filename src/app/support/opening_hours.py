"""When somebody is open: rules of weekdays and dates become spans of a day, and of all days between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from app.support.wall_time import WallClock

Span: TypeAlias = tuple[int, int]
"""From a minute up to, and without, another."""


class Rule(NamedTuple):
    """Open, or else off, in minutes of wall time of a `weekday` (0 is Monday) or of one `day`.

    `closes` may exceed 1440: overnight belongs to the day it starts.
    """

    opens: int
    closes: int
    weekday: int | None = None
    day: date | None = None
    is_open: bool = True


class OpeningHours:
    """The hours of one business or worker.

    A day is open in the union of its open rules less that of its off rules; what is left out
    in between are breaks. Rules of a date replace those of its weekday, and cut nothing off the
    night before. Without a rule it is closed.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        weekly: dict[int | None, list[Rule]] = defaultdict(list)
        dated: dict[date, list[Rule]] = defaultdict(list)
        for rule in rules:
            if rule.day is None:
                weekly[rule.weekday].append(rule)
            else:
                dated[rule.day].append(rule)
        self._weekly = {weekday: _opened(weekly[weekday]) for weekday in weekly}
        self._dated = {day: _opened(dated[day]) for day in dated}

    def of_day(self, day: date) -> Sequence[Span]:
        """The day's open spans in wall minutes, apart and in order."""
        dated = self._dated.get(day)
        return self._weekly.get(day.weekday(), ()) if dated is None else dated

    def between(self, first: date, last: date, clock: WallClock) -> list[Span]:
        """The open spans of these days in epoch minutes, apart and in order; the night after included."""
        day = first
        found = []
        while day <= last:
            for opens, closes in self.of_day(day):
                found.append((clock.minute(day, opens), clock.minute(day, closes)))
            day += timedelta(days=1)
        return merged(found)

    def breaks(self, first: date, last: date, clock: WallClock) -> list[Span]:
        """What is closed between two open spans of one day, in epoch minutes."""
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return [
            (clock.minute(day, closed), clock.minute(day, opened))
            for day in days
            for (_, closed), (opened, _) in pairwise(self.of_day(day))
        ]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same minutes in spans that are apart and in order; what is empty is left out."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def _opened(rules: Sequence[Rule]) -> list[Span]:
    """The open spans of one day's rules."""
    open_spans = merged((rule.opens, rule.closes) for rule in rules if rule.is_open)
    for rule in rules:
        if not rule.is_open:
            open_spans = [
                part
                for start, end in open_spans
                for part in ((start, min(end, rule.opens)), (max(start, rule.closes), end))
                if part[0] < part[1]
            ]
    return open_spans
