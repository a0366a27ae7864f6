"""Rows of opening hours that contradict each other, by every minute of a week."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.operations.businesses.hours import LATEST, HoursRow, refuse_contradictions

rows = st.builds(
    lambda opens, length, weekday, kind: HoursRow(opens, opens + length, weekday, None, kind),
    st.integers(0, 287).map(lambda one: one * 5),
    st.integers(1, 288).map(lambda one: one * 5),
    st.integers(0, 6),
    st.sampled_from(("open", "off")),
)


def contradicts(some: list[HoursRow]) -> bool:
    return any(
        (one.weekday, one.kind) == (other.weekday, other.kind)
        and set(range(one.opens, one.closes)) & set(range(other.opens, other.closes))
        for one, other in combinations(some, 2)
    )


@given(st.lists(rows, max_size=6))
def test_what_is_refused_is_what_overlaps(some: list[HoursRow]) -> None:
    if contradicts(some):
        with pytest.raises(Invalid):
            refuse_contradictions(some)
    else:
        refuse_contradictions(some)


@pytest.mark.parametrize(
    "row",
    [
        HoursRow(0, 0, 0),
        HoursRow(10, 5, 0),
        HoursRow(1435, LATEST + 5, 0),
        HoursRow(1440, 1500, 0),
        HoursRow(0, 60),
    ],
)
def test_a_row_is_of_a_day_and_ends_after_it_begins(row: HoursRow) -> None:
    with pytest.raises(Invalid):
        refuse_contradictions([row])


def test_the_longest_night_is_no_contradiction() -> None:
    refuse_contradictions([HoursRow(1435, LATEST, 0), HoursRow(0, 1440, 1)])
