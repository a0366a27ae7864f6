"""The wall's minutes keep their order in UTC: repeated ones come first, skipped ones at the transition."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support.wall_time import WallClock, instant_of, minute_of, minute_reached

TRANSITIONS = {
    "Europe/Warsaw": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "America/Havana": [date(2026, 3, 8), date(2026, 11, 1)],
    "Asia/Beirut": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/Sao_Paulo": [date(2018, 2, 18), date(2018, 11, 4)],
    "America/St_Johns": [date(2006, 4, 2), date(2006, 10, 29)],
    "Pacific/Apia": [date(2011, 12, 29), date(2011, 12, 30), date(2011, 12, 31)],
    "Asia/Tashkent": [date(2026, 3, 29)],
    "Asia/Kathmandu": [date(2026, 10, 25)],
    "UTC": [date(2026, 10, 25)],
}
DAYS = [(zone, day) for zone, days in TRANSITIONS.items() for day in days]


def reads_first(zone: str, day: date, walls: Iterable[int]) -> list[int]:
    """The definition, minute by minute: when the clock first shows each time, or a later one."""
    midnight, found = datetime.combine(day, datetime.min.time()), []
    minute = minute_of(midnight.replace(tzinfo=UTC)) - 14 * 60  # no zone is further ahead
    for wall in walls:
        wanted = midnight + timedelta(minutes=wall)
        while instant_of(minute).astimezone(ZoneInfo(zone)).replace(tzinfo=None) < wanted:
            minute += 1
        found.append(minute)
    return found


@pytest.mark.parametrize(("zone", "day"), DAYS)
def test_a_wall_time_is_the_first_minute_at_which_the_clock_shows_it_or_more(
    zone: str, day: date
) -> None:
    clock = WallClock(ZoneInfo(zone))
    walls = range(0, 2881, 30)
    assert [clock.minute(day, wall) for wall in walls] == reads_first(zone, day, walls)


@given(
    zone=st.sampled_from(sorted(TRANSITIONS)),
    day=st.dates(date(1975, 1, 1), date(2040, 1, 1)),
    walls=st.lists(st.integers(0, 2880), min_size=2, max_size=6),
)
def test_what_is_in_order_on_the_wall_is_in_order_in_utc(
    zone: str, day: date, walls: list[int]
) -> None:
    clock = WallClock(ZoneInfo(zone))
    minutes = [clock.minute(day, wall) for wall in sorted(walls)]
    assert minutes == sorted(minutes)
    assert clock.minute(day, 1440) == clock.minute(day + timedelta(days=1), 0)


@given(
    zone=st.sampled_from(sorted(TRANSITIONS)),
    minute=st.integers(minute_of(datetime(1975, 1, 1, tzinfo=UTC)), 40_000_000),
)
def test_a_minute_is_what_the_clock_shows_then_unless_it_is_repeated(
    zone: str, minute: int
) -> None:
    clock = WallClock(ZoneInfo(zone))
    first = clock.minute(*clock.wall(minute))
    assert first < minute if clock.is_repeated(minute) else first == minute


def test_a_repeated_time_means_its_first_occurrence() -> None:
    clock = WallClock(ZoneInfo("Europe/Warsaw"))
    half_past_two = clock.minute(date(2026, 10, 25), 150)
    assert instant_of(half_past_two) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert clock.minute(date(2026, 10, 25), 180) == half_past_two + 90
    assert not clock.is_repeated(half_past_two)
    assert clock.is_repeated(half_past_two + 60)


def test_a_skipped_time_means_the_instant_of_the_transition() -> None:
    clock = WallClock(ZoneInfo("Europe/Warsaw"))
    transition = minute_of(datetime(2026, 3, 29, 1, tzinfo=UTC))
    assert {clock.minute(date(2026, 3, 29), wall) for wall in range(120, 181)} == {transition}


def test_a_skipped_day_has_no_length_and_no_times() -> None:
    clock, day = WallClock(ZoneInfo("Pacific/Apia")), date(2011, 12, 30)
    assert clock.minute(day, 0) == clock.minute(day, 1440)
    assert list(clock.times(day, 15)) == []
    assert len(list(clock.times(day - timedelta(days=1), 15))) == 96


@pytest.mark.parametrize(
    ("zone", "day", "step", "missing"),
    [
        ("Europe/Warsaw", date(2026, 3, 29), 30, [120, 150]),
        ("Europe/Warsaw", date(2026, 10, 25), 30, []),
        ("Australia/Lord_Howe", date(2026, 10, 4), 15, [120, 135]),
        ("Asia/Beirut", date(2026, 3, 29), 20, [0, 20, 40]),
        ("Asia/Tashkent", date(2026, 3, 29), 45, []),
    ],
)
def test_the_times_of_a_day_are_those_that_its_clock_shows(
    zone: str, day: date, step: int, missing: list[int]
) -> None:
    times = list(WallClock(ZoneInfo(zone)).times(day, step))
    walls = [wall for wall in range(0, 1440, step) if wall not in missing]
    assert times == list(zip(walls, reads_first(zone, day, walls), strict=True))


def test_the_servers_own_zone_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    try:
        for own in ("UTC", "Pacific/Kiritimati", "America/St_Johns"):
            monkeypatch.setitem(os.environ, "TZ", own)
            time.tzset()
            clock = WallClock(ZoneInfo("Europe/Warsaw"))
            found.append(list(clock.times(date(2026, 3, 29), 60)))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert found[0] == found[1] == found[2]


def test_an_instant_lies_in_one_minute_and_reaches_the_next() -> None:
    moment = datetime(2026, 11, 20, 9, 0, 0, 1, tzinfo=UTC)
    assert instant_of(minute_of(moment)) == moment.replace(microsecond=0)
    assert minute_reached(moment) == minute_of(moment) + 1
    assert minute_reached(moment.replace(microsecond=0)) == minute_of(moment)
