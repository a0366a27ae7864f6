"""The usual case and the bad one, of lengths that occurred."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.operations.admin.spreads import spread, spreads


def minutes(*given: float) -> list[timedelta]:
    return [timedelta(minutes=one) for one in given]


@pytest.mark.parametrize(
    ("lengths", "median", "most"),
    [
        ([5], 5, 5),
        ([9, 1], 1, 9),
        ([3, 1, 2], 2, 3),
        (range(10, 0, -1), 5, 9),
        (range(1, 101), 50, 90),
    ],
)
def test_half_are_within_the_median_and_nine_of_ten_within_the_most(lengths, median, most) -> None:
    found = spread(minutes(*lengths))
    assert (found.count, [found.median, found.most]) == (len(lengths), minutes(median, most))


def test_the_most_frequent_comes_first() -> None:
    named = [("rare", 1), ("often", 2), ("often", 4), ("often", 6)]
    found = spreads((name, timedelta(minutes=one)) for name, one in named)
    assert list(found) == ["often", "rare"]
    assert found["often"] == spread(minutes(2, 4, 6))
    assert found["rare"].count == 1
