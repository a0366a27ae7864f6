"""The hours' form: a line for each weekday and for each single day, as people write hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.support.hours_text import (
    DAY,
    WEEKDAYS,
    hours_text,
    hours_words,
    read_hours,
)
from app.support.opening_hours import OpeningHours, Rule

SPARE_LINES: Final = 3
MOST_DATES: Final = 120
LINE: Final = "day-"
"""How the name of a weekday's field begins."""


@dataclass(frozen=True, slots=True)
class WeekdayLine:
    """A weekday: what stands in its field, how it is understood, and what is wrong with it."""

    weekday: int
    name: str
    text: str
    words: str
    problem: str


@dataclass(frozen=True, slots=True)
class DateLine:
    """A single day and its hours; one without a date is spare."""

    day: str
    text: str
    words: str
    problem: str
    day_problem: str


@dataclass(frozen=True, slots=True)
class HoursForm:
    """All lines, and the rules that they mean, where nothing is wrong."""

    week: Sequence[WeekdayLine]
    dates: Sequence[DateLine]
    rules: Sequence[Rule]

    @property
    def is_right(self) -> bool:
        problems = [one.problem for one in self.week]
        problems += [problem for one in self.dates for problem in (one.problem, one.day_problem)]
        return not any(problems)


def of_rules(rules: Iterable[Rule], today: date) -> HoursForm:
    """The form as it is filled from what is stored; days that have passed are left out."""
    rules = list(rules)
    hours = OpeningHours(rules)
    weekly = OpeningHours(rule for rule in rules if rule.day is None)
    week = {
        f"{LINE}{weekday}": hours_text(weekly.of_day(_some(weekday)))
        for weekday in range(len(WEEKDAYS))
    }
    days = sorted({rule.day for rule in rules if rule.day is not None and rule.day >= today})
    dated = {}
    for number, day in enumerate(days):
        dated[f"date-{number}"] = day.isoformat()
        dated[f"hours-{number}"] = hours_text(hours.of_day(day))
    return read_form({**week, **dated})


def read_form(fields: Mapping[str, str]) -> HoursForm:
    """The form as it was sent: each line is read by itself, and each says what is wrong with it."""
    rules: list[Rule] = []
    week = [_weekday(number, fields.get(f"{LINE}{number}", ""), rules) for number in range(7)]
    dates: list[DateLine] = []
    seen: set[date] = set()
    for number in range(MOST_DATES):
        if f"date-{number}" not in fields:
            break
        day, text = fields[f"date-{number}"].strip(), fields.get(f"hours-{number}", "")
        if day:
            dates.append(_date(day, text, seen, rules))
    spare = [DateLine("", "", "", "", "")] * SPARE_LINES
    return HoursForm(week, [*dates, *spare], rules)


def _weekday(weekday: int, text: str, rules: list[Rule]) -> WeekdayLine:
    words, problem = "", ""
    try:
        spans = read_hours(text)
    except ValueError as error:
        problem = str(error)
    else:
        words = hours_words(spans, weekday)
        rules += [Rule(opens, closes, weekday) for opens, closes in spans]
    return WeekdayLine(weekday, WEEKDAYS[weekday], text, words, problem)


def _date(written: str, text: str, seen: set[date], rules: list[Rule]) -> DateLine:
    words = problem = day_problem = ""
    day: date | None = None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day_problem = "This is no date."
    if day is not None and day in seen:
        day_problem = "This day is there twice."
    try:
        spans = read_hours(text)
    except ValueError as error:
        problem = str(error)
    else:
        words = hours_words(spans, None if day is None else day.weekday())
        if day is not None:
            seen.add(day)
            rules += [Rule(opens, closes, day=day) for opens, closes in spans] or [
                Rule(0, DAY, day=day, is_open=False)
            ]
    return DateLine(written, text, words, problem, day_problem)


def _some(weekday: int) -> date:
    """A day of this weekday."""
    return date(2024, 1, 1 + weekday)
