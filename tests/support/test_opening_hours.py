"""Open is what the rules of a day leave open; a date's rules replace those of its weekday."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support.opening_hours import OpeningHours, Rule, merged
from app.support.wall_time import WallClock

MONDAY = date(2026, 11, 30)


def weekly(*spans: tuple[int, int], weekday: int = 0, is_open: bool = True) -> list[Rule]:
    return [Rule(opens, closes, weekday=weekday, is_open=is_open) for opens, closes in spans]


def dated(*spans: tuple[int, int], day: date = MONDAY, is_open: bool = True) -> list[Rule]:
    return [Rule(opens, closes, day=day, is_open=is_open) for opens, closes in spans]


def test_without_a_rule_it_is_closed() -> None:
    assert list(OpeningHours([]).of_day(MONDAY)) == []


@pytest.mark.parametrize(
    ("rules", "spans"),
    [
        (weekly((540, 1020)), [(540, 1020)]),
        (weekly((780, 1020), (540, 720)), [(540, 720), (780, 1020)]),
        (weekly((540, 720), (720, 1020)), [(540, 1020)]),
        (weekly((540, 1020)) + weekly((720, 780), is_open=False), [(540, 720), (780, 1020)]),
        (weekly((540, 1020)) + weekly((500, 600), is_open=False), [(600, 1020)]),
        (weekly((540, 1020)) + weekly((0, 1440), is_open=False), []),
        (weekly((540, 1020), weekday=1), []),
        (weekly((1200, 1560)), [(1200, 1560)]),
        (weekly((540, 1020)) + dated((600, 660)), [(600, 660)]),
        (weekly((540, 1020)) + dated((0, 1440), is_open=False), []),
        (weekly((540, 1020)) + dated((0, 1440), day=MONDAY + timedelta(1)), [(540, 1020)]),
    ],
)
def test_a_day_is_open_as_its_rules_say(rules: list[Rule], spans: list[tuple[int, int]]) -> None:
    assert list(OpeningHours(rules).of_day(MONDAY)) == spans


def test_a_replaced_day_keeps_the_tail_of_the_night_before() -> None:
    friday = date(2026, 12, 4)
    rules = weekly((1200, 1560), weekday=4) + weekly((600, 900), weekday=5)
    rules += dated((0, 1440), day=friday + timedelta(1), is_open=False)
    clock = WallClock(UTC)
    open_spans = OpeningHours(rules).between(friday, friday + timedelta(2), clock)
    midnight = clock.minute(friday, 0)
    assert open_spans == [(midnight + 1200, midnight + 1560)]


def test_days_that_meet_at_midnight_are_one_span() -> None:
    rules = [rule for weekday in range(7) for rule in weekly((0, 1440), weekday=weekday)]
    clock = WallClock(ZoneInfo("Europe/Warsaw"))
    spans = OpeningHours(rules).between(date(2026, 10, 24), date(2026, 10, 26), clock)
    assert [end - start for start, end in spans] == [3 * 1440 + 60]


def test_a_shift_is_as_long_as_its_clock_lets_it_be() -> None:
    rules = weekly((60, 240), weekday=6)
    clock = WallClock(ZoneInfo("Europe/Warsaw"))

    def length(day: date) -> int:
        return sum(end - start for start, end in OpeningHours(rules).between(day, day, clock))

    assert length(date(2026, 10, 18)) == 180
    assert length(date(2026, 10, 25)) == 240
    assert length(date(2026, 3, 29)) == 120


def test_breaks_lie_between_the_open_spans_of_one_day() -> None:
    clock = WallClock(UTC)
    rules = weekly((540, 1020)) + weekly((720, 780), (960, 970), is_open=False)
    rules += weekly((540, 1020), weekday=1)
    found = OpeningHours(rules).breaks(MONDAY, MONDAY + timedelta(1), clock)
    midnight = clock.minute(MONDAY, 0)
    assert found == [(midnight + 720, midnight + 780), (midnight + 960, midnight + 970)]


SPANS = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda ends: (min(ends), max(ends)))


@given(open_spans=st.lists(SPANS, max_size=6), off_spans=st.lists(SPANS, max_size=6))
def test_each_minute_is_open_when_an_open_rule_has_it_and_no_off_rule(
    open_spans: list[tuple[int, int]], off_spans: list[tuple[int, int]]
) -> None:
    hours = OpeningHours(weekly(*open_spans) + weekly(*off_spans, is_open=False))
    found = {minute for start, end in hours.of_day(MONDAY) for minute in range(start, end)}
    expected = {minute for start, end in open_spans for minute in range(start, end)}
    assert found == expected - {minute for start, end in off_spans for minute in range(start, end)}


@given(spans=st.lists(SPANS))
def test_merged_spans_are_apart_in_order_and_cover_the_same(spans: list[tuple[int, int]]) -> None:
    found = merged(spans)
    assert all(start < end for start, end in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
    covered = {minute for start, end in found for minute in range(start, end)}
    assert covered == {minute for start, end in spans for minute in range(start, end)}
