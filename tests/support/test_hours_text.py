"""Opening hours as people write and read them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support.hours_text import hours_text, hours_words, read_hours, week_words

NINE_TO_FIVE = (540, 1020)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("  Closed ", []),
        ("9-17", [NINE_TO_FIVE]),
        ("09:00–17:00", [NINE_TO_FIVE]),
        ("9.00 to 17.00", [NINE_TO_FIVE]),
        ("9h00 until 17", [NINE_TO_FIVE]),
        ("14-18, 9-13", [(540, 780), (840, 1080)]),
        ("9-13 and 14:30-18:05", [(540, 780), (870, 1085)]),
        ("22-2", [(1320, 1560)]),
        ("18:00-24:00", [(1080, 1440)]),
        ("8-8", [(480, 1920)]),
        ("all day", [(0, 1440)]),
        ("0-24", [(0, 1440)]),
    ],
)
def test_a_text_is_read_as_people_mean_it(text: str, spans: list[tuple[int, int]]) -> None:
    assert read_hours(text) == spans


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nine to five", "“nine to five” is not"),
        ("9", "“9” is not"),
        ("9-25", "There is no time 25"),
        ("9:75-10", "There is no time 9:75"),
        ("9-13, 12-18", "overlap at 12:00"),
        ("9:02-10", "whole five minutes"),
        ("24-25", "There is no time"),
        ("٩-١٧", "is not a stretch"),
        (", ".join(f"{hour}:00-{hour}:30" for hour in range(9)), "At most 8"),
    ],
)
def test_what_cannot_be_read_is_told_in_words(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_hours(text)


@pytest.mark.parametrize(
    ("spans", "weekday", "words"),
    [
        ([], 0, "closed"),
        ([(0, 1440)], 0, "open all day"),
        ([NINE_TO_FIVE], 0, "09:00–17:00"),
        ([(540, 780), (840, 1080)], 0, "09:00–13:00 and 14:00–18:00"),
        ([(1320, 1560)], 4, "22:00 until 02:00 on Saturday"),
        ([(1320, 1560)], 6, "22:00 until 02:00 on Monday"),
        ([(1320, 1560)], None, "22:00 until 02:00 the next day"),
    ],
)
def test_hours_are_said_in_words(
    spans: list[tuple[int, int]], weekday: int | None, words: str
) -> None:
    assert hours_words(spans, weekday) == words


def test_days_that_are_alike_are_said_once() -> None:
    week = {weekday: [NINE_TO_FIVE] for weekday in range(5)}
    assert week_words(week) == [
        ("Monday to Friday", "09:00–17:00"),
        ("Saturday and Sunday", "closed"),
    ]
    assert week_words({}) == [("Monday to Sunday", "closed")]


FIVES = st.integers(0, 287).map(lambda one: one * 5)


@given(st.lists(FIVES, unique=True, max_size=16).map(sorted))
def test_what_is_written_is_read_again(minutes: list[int]) -> None:
    spans = list(zip(minutes[::2], minutes[1::2], strict=False))
    assert read_hours(hours_text(spans)) == spans


@given(st.text(max_size=40))
def test_no_text_is_too_odd_to_be_refused_in_words(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert all(0 <= begins < ends <= 2880 for begins, ends in read_hours(text))
