"""Bits, sweep and brute force say the same of every business, on every day, in every zone."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import and_

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from app.support.free_time import BUCKET_MINUTES, Calendar, Grid, Taken, Timetable, Visit
from app.support.free_time.grid import run_starts
from app.support.free_time.sweep import sweep_starts
from app.support.opening_hours import Rule
from tests.support.free_time.worlds import World, brute_force, worlds


def timetable(hours: Hours, calendar: Calendar, grid: Grid) -> Timetable:
    """A calendar that is open in all of these hours."""
    return Timetable.of(calendar, grid, reduce(and_, map(grid.within, hours), grid.all))


def by_bits(world: World, candidates: Sequence[int], margin: int = 0) -> list[int]:
    """What a timetable of just these candidates says of them; its grid is larger by `margin`."""
    if not candidates:
        return []
    first = candidates[0] - world.visit.before - margin
    grid = Grid.covering(first, candidates[-1] + world.visit.length + margin)
    bits = timetable(world.hours, world.calendar, grid).starts(world.visit)
    return [minute for minute in candidates if bits >> grid.place(minute) & 1]


@given(world=worlds())
def test_bits_sweep_and_brute_force_agree(world: World) -> None:
    expected = brute_force(world)
    event("some are free" if expected else "none is free")
    assert by_bits(world, world.candidates) == expected
    assert sweep_starts(world.hours, world.calendar, world.visit, world.candidates) == expected


@given(world=worlds(), cut=st.integers(0, 288), margin=st.integers(0, 2000))
def test_a_window_is_the_sum_of_its_parts(world: World, cut: int, margin: int) -> None:
    candidates = world.candidates
    parts = [candidates[:cut], candidates[cut:]]
    whole = by_bits(world, candidates, margin)
    assert whole == [one for part in parts for one in by_bits(world, part)]


@given(bits=st.integers(0, 2**40), length=st.integers(1, 45))
def test_a_run_starts_where_as_many_bits_follow(bits: int, length: int) -> None:
    run = (1 << length) - 1
    expected = [place for place in range(41) if bits >> place & run == run]
    assert [place for place in range(41) if run_starts(bits, length) >> place & 1] == expected


@given(bits=st.integers(0, 2**60), first=st.integers(0, 10**7))
def test_a_grid_gives_back_the_minutes_of_its_bits(bits: int, first: int) -> None:
    grid = Grid(first, 61)
    minutes = list(grid.minutes(bits))
    assert sum(1 << grid.place(minute) for minute in minutes) == bits
    assert minutes == sorted(minutes)


Hours = Sequence[Sequence[tuple[int, int]]]
SPAN = st.tuples(st.integers(-50, 400), st.integers(0, 90)).map(lambda one: (one[0], sum(one)))


@given(span=SPAN)
def test_a_span_touches_and_fills_the_buckets_that_it_does(span: tuple[int, int]) -> None:
    grid, minutes = Grid(2, 50), set(range(*span))
    buckets = [set(range(start, start + BUCKET_MINUTES)) for start in grid.minutes(grid.all)]
    touched = [bool(bucket & minutes) for bucket in buckets]
    filled = [bucket <= minutes for bucket in buckets]
    assert [bool(grid.touched([span]) >> place & 1) for place in range(50)] == touched
    assert [bool(grid.within([span]) >> place & 1) for place in range(50)] == filled


HOUR = Visit(60)


def starts(
    calendar: Calendar, hours: Hours = (), visit: Visit = HOUR, minutes: int = 480
) -> list[int]:
    grid = Grid.covering(0, minutes)
    return list(grid.minutes(timetable(hours, calendar, grid).starts(visit)))


def test_buffers_may_lie_outside_of_opening_hours_but_meet_nothing_taken() -> None:
    calendar, hours = Calendar(taken=[Taken(205, 210)]), [[(100, 200)]]
    assert starts(calendar, hours, Visit(60, 20, 0)) == list(range(100, 141, 5))
    assert starts(calendar, hours, Visit(60, 0, 10)) == list(range(100, 136, 5))


def test_time_off_keeps_a_visit_away_even_in_part_of_a_bucket() -> None:
    assert starts(Calendar(away=[(161, 169)]), [[(100, 240)]]) == [100, 170, 175, 180]


def test_a_visit_stays_in_one_lane() -> None:
    taken = [Taken(0, 60, lane=0), Taken(60, 120, lane=1)]
    assert starts(Calendar(units=2, taken=taken), minutes=120) == [0, 60]
    assert starts(Calendar(units=3, taken=taken), minutes=120) == list(range(0, 61, 5))


def test_who_was_squeezed_in_takes_a_unit() -> None:
    squeezed = Taken(60, 120, lane=100)
    assert starts(Calendar(units=1, taken=[squeezed]), minutes=180) == [0, 120]
    both = [squeezed, Taken(60, 120, lane=1)]
    assert starts(Calendar(units=2, taken=both), minutes=180) == [0, 120]
    assert starts(Calendar(units=2, taken=[squeezed]), minutes=180) == list(range(0, 121, 5))


@given(world=worlds(), start=st.integers(0, 100))
def test_a_gap_is_what_a_visit_leaves_over(world: World, start: int) -> None:
    grid = Grid.covering(0, 960)
    moved = [
        Taken(begin % 960, begin % 960 + end - begin, lane) for begin, end, lane in world.taken
    ]
    table = timetable([[(60, 900)]], Calendar(taken=moved), grid)
    visit, at = Visit(60, 5, 10), 100 + start * 5
    low, high = visit.taken(at)
    free = [
        60 <= minute < 900 and not any(one.start <= minute < one.end for one in moved)
        for minute in range(960)
    ]
    before = next((n for n in range(low) if not free[low - n - 1]), low)
    after = next((n for n in range(960 - high) if not free[high + n]), 960 - high)
    assert table.gap(visit, at) * BUCKET_MINUTES == before + after


def test_the_servers_own_zone_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = (Rule(60, 300, weekday=6), Rule(1380, 1500, weekday=5))
    found = []
    try:
        for own in ("UTC", "Pacific/Kiritimati", "America/St_Johns"):
            monkeypatch.setitem(os.environ, "TZ", own)
            time.tzset()
            world = World("Europe/Warsaw", date(2026, 3, 29), 15, HOUR, (rules,), (), (), 1)
            found.append(by_bits(world, world.candidates))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert found[0]
    assert found[0] == found[1] == found[2]
