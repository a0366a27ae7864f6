"""Opening hours as people write and read them: `9-13, 14:30-18`, and weekdays that are alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import Final, TypeAlias

Span: TypeAlias = tuple[int, int]
"""From a minute of wall time to another, which may lie after midnight: up to 2880."""

DAY: Final = 1440
MOST_SPANS: Final = 8
WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
_CLOSED: Final = frozenset({"", "-", "–", "closed", "none", "off"})
_ALWAYS: Final = frozenset({"all day", "24 hours", "24h", "0-24"})
_TIME: Final = r"(\d{1,2})(?:[:.h](\d{2}))?"
_SPAN: Final = re.compile(rf"{_TIME}\s*(?:-|–|—|to|until)\s*{_TIME}", re.ASCII)
_BETWEEN: Final = re.compile(r"\s*(?:,|;|\+|&|\band\b)\s*")


def read_hours(text: str) -> list[Span]:
    """The open spans that a text means, in order; raises ValueError, with words for people.

    Nothing and `closed` mean none. What ends before it begins, or when it begins, ends the day
    after: `22-2` is open overnight.
    """
    words = " ".join(text.lower().split())
    if words in _CLOSED:
        return []
    if words in _ALWAYS:
        return [(0, DAY)]
    spans = sorted(_read_span(part) for part in _BETWEEN.split(words))
    if len(spans) > MOST_SPANS:
        raise ValueError(f"At most {MOST_SPANS} stretches a day.")
    for (_, ends), (begins, _) in pairwise(spans):
        if begins < ends:
            raise ValueError(f"Two stretches overlap at {clock_words(begins)}.")
    return spans


def _read_span(part: str) -> Span:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise ValueError(f"“{part}” is not a stretch of time. Write it as 9:00-17:30.")
    begins, ends = _minute(found[1], found[2]), _minute(found[3], found[4])
    if begins >= DAY:
        raise ValueError(f"“{part}” begins after midnight: write it on the day after.")
    if begins % 5 or ends % 5:
        raise ValueError("Use whole five minutes, such as 9:05.")
    return begins, ends if ends > begins else ends + DAY


def _minute(hour: str, minute: str | None) -> int:
    total = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or total > DAY:
        raise ValueError(f"There is no time {hour}:{minute or '00'}.")
    return total


def clock_words(minute: int) -> str:
    """A minute of wall time as a clock shows it; 24:00 is the end of a day."""
    shown = minute if minute <= DAY else minute - DAY
    return f"{shown // 60:02}:{shown % 60:02}"


def hours_text(spans: Sequence[Span]) -> str:
    """Spans as they are written into a field, and read again; nothing for closed."""
    return ", ".join(f"{clock_words(begins)}-{clock_words(ends)}" for begins, ends in spans)


def hours_words(spans: Sequence[Span], weekday: int | None = None) -> str:
    """Spans as they are read: `09:00–13:00 and 14:00–18:00`, `22:00 until 02:00 on Saturday`."""
    if not spans:
        return "closed"
    if list(spans) == [(0, DAY)]:
        return "open all day"
    next_day = "the next day" if weekday is None else WEEKDAYS[(weekday + 1) % 7]
    parts = [
        f"{clock_words(begins)}–{clock_words(ends)}"
        if ends <= DAY
        else f"{clock_words(begins)} until {clock_words(ends)} on {next_day}".replace(
            "on the next", "the next"
        )
        for begins, ends in spans
    ]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def week_words(week: Mapping[int, Sequence[Span]]) -> list[tuple[str, str]]:
    """A week's days and their hours, with days side by side that are alike: Monday to Friday."""
    days = [(weekday, tuple(week.get(weekday, ()))) for weekday in range(7)]
    told = []
    for spans, group in groupby(days, key=lambda one: one[1]):
        alike = [weekday for weekday, _ in group]
        is_one = len(alike) == 1
        name = WEEKDAYS[alike[0]]
        if not is_one:
            name += f"{' and' if len(alike) == 2 else ' to'} {WEEKDAYS[alike[-1]]}"
        told.append((name, hours_words(spans, alike[0] if is_one else None)))
    return told
