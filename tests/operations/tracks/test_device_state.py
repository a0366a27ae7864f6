"""What a device's uploads tell of its clock, its numbering and its double reads (scans.md 4, 5, 7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.operations.tracks.device_state import MOST_GAPS, MOST_READS, DeviceState, summary

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def observe(state: DeviceState, minute: float, offset: float) -> float:
    received_at = NOON + timedelta(minutes=minute)
    return state.observe_offset(received_at - seconds(offset), received_at).total_seconds()


def stored(state: DeviceState) -> DeviceState:
    """The state as the next upload finds it."""
    return DeviceState(state.as_text())


# --- the clock ----------------------------------------------------------------------------------


def test_the_offset_is_the_smallest_of_the_last_hour():
    state = DeviceState("{}")
    assert observe(state, 0, 5) == 5
    assert observe(state, 1, 9) == 5
    assert observe(state, 2, 3) == 3
    assert observe(state, 59, 8) == 3


def test_an_offset_is_forgotten_after_an_hour():
    state = DeviceState("{}")
    observe(state, 0, 3)
    observe(state, 30, 7)
    assert observe(stored(state), 59, 8) == 3
    assert observe(stored(state), 60, 8) == 7
    assert observe(stored(state), 95, 8) == 8


def test_an_offset_may_be_negative():
    state = DeviceState("{}")
    assert observe(state, 0, -3600) == -3600
    assert observe(state, 1, -3599) == -3600
    assert summary(state.as_text()).offset_ms == -3_600_000


@given(st.lists(st.tuples(st.integers(0, 180), st.integers(-50, 50)), min_size=1, max_size=60))
def test_the_offset_is_that_of_a_search_through_every_upload(uploads):
    state = DeviceState("{}")
    seen: list[tuple[int, int]] = []
    for minute, offset in sorted(uploads, key=lambda one: one[0]):
        seen.append((minute, offset))
        state = stored(state)
        expected = min(value for at, value in seen if at > minute - 60)
        assert observe(state, minute, offset) == expected


# --- the numbering ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("uploads", "missing"),
    [
        ([[5]], []),
        ([[5, 6, 7]], []),
        ([[5], [8]], [[6, 7]]),
        ([[5, 8, 12]], [[6, 7], [9, 11]]),
        ([[5], [8], [6]], [[7, 7]]),
        ([[5], [8], [7]], [[6, 6]]),
        ([[1], [9], [5]], [[2, 4], [6, 8]]),
        ([[5], [8], [6, 7]], []),
        ([[5], [8], [7, 6, 6]], []),
        ([[5], [3]], []),
        ([[5], [8], [8]], [[6, 7]]),
        ([[12, 5, 8]], [[6, 7], [9, 11]]),
    ],
)
def test_what_lies_between_the_numbers_is_missing(uploads, missing):
    state = DeviceState("{}")
    for numbers in uploads:
        state = stored(state)
        state.observe_seq(numbers)
    assert state.missing_seq == missing


@given(st.lists(st.lists(st.integers(0, 60), max_size=8), max_size=12))
def test_the_missing_numbers_are_those_between_first_and_highest_that_never_came(uploads):
    state = DeviceState("{}")
    seen: set[int] = set()
    for numbers in uploads:
        state = stored(state)
        state.observe_seq(numbers)
        seen.update(numbers)
    reported = {one for first, last in state.missing_seq for one in range(first, last + 1)}
    if not seen:
        assert reported == set()
        return
    first = min(next(numbers for numbers in uploads if numbers))
    assert reported == set(range(first, max(seen))) - seen


def test_the_memory_of_gaps_is_bounded_and_keeps_the_newest():
    state = DeviceState("{}")
    state.observe_seq(range(0, 4 * MOST_GAPS, 2))
    assert len(state.missing_seq) == MOST_GAPS
    assert state.missing_seq[-1] == [4 * MOST_GAPS - 3, 4 * MOST_GAPS - 3]


# --- double reads -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "is_double"), [(0, True), (10, True), (10.002, False), (-10, True), (-10.002, False)]
)
def test_the_same_code_within_ten_seconds_is_a_double_read(after, is_double):
    state = DeviceState("{}")
    assert state.is_double_read("code", "picked_up", NOON) is False
    state = stored(state)
    assert state.is_double_read("code", "picked_up", NOON + seconds(after)) is is_double


def test_another_code_or_another_action_is_no_double_read():
    state = DeviceState("{}")
    state.is_double_read("code", "picked_up", NOON)
    assert state.is_double_read("other", "picked_up", NOON) is False
    assert state.is_double_read("code", "processing", NOON) is False


def test_each_read_extends_the_ten_seconds():
    state = DeviceState("{}")
    found = [state.is_double_read("code", "scanned", NOON + seconds(9 * one)) for one in range(4)]
    assert found == [False, True, True, True]


def test_the_memory_of_reads_is_bounded():
    state = DeviceState("{}")
    for number in range(10 * MOST_READS):
        state.is_double_read(str(number), "scanned", NOON)
    assert len(state.as_text()) < 60 * MOST_READS
    assert state.is_double_read(str(10 * MOST_READS - 1), "scanned", NOON) is True


def test_an_unused_device_has_told_nothing():
    read = summary("{}")
    assert (read.offset_ms, read.missing_seq, read.queue_depth) == (None, [], None)
