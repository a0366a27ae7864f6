"""A day's table: every column is filled from the first row to the last, and nothing is hidden."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.web.business.day_table import Column, DayTable, Entry, lay_out

NINE, TEN, TWELVE, ONE, FIVE = (hour * 60 for hour in (9, 10, 12, 13, 17))


def told(table: DayTable) -> list[tuple[str, int, int]]:
    return [(cell.kind, cell.begins, cell.ends) for row in table.rows for cell in row.cells]


def test_a_day_without_anything_has_no_rows() -> None:
    assert lay_out([Column(1, "Ada", [], [])]).rows == ()


def test_a_gap_between_visits_is_one_free_cell() -> None:
    visits = [Entry(NINE, TEN, "a"), Entry(TWELVE, ONE, "b")]
    table = lay_out([Column(1, "Ada", [(NINE, FIVE)], visits)])
    assert told(table) == [
        ("taken", NINE, TEN),
        ("free", TEN, TWELVE),
        ("taken", TWELVE, ONE),
        ("free", ONE, FIVE),
    ]
    assert (table.step, table.rows[0].cells[0].rows) == (30, 2)


def test_the_rows_are_as_fine_as_what_is_there() -> None:
    table = lay_out([Column(1, "Ada", [(NINE, FIVE)], [Entry(NINE + 15, NINE + 35, "a")])])
    assert table.step == 5
    assert ("taken", NINE + 15, NINE + 35) in told(table)


def test_what_was_squeezed_in_shares_a_cell_with_what_it_overlaps() -> None:
    first, second = Entry(NINE, TEN, "a"), Entry(NINE + 30, TEN + 30, "b")
    table = lay_out([Column(1, "Ada", [(NINE, FIVE)], [second, first])])
    cell = table.rows[0].cells[0]
    assert (cell.entries, cell.begins, cell.ends) == ((first, second), NINE, TEN + 30)


def test_a_visit_outside_of_the_hours_is_shown_and_time_off_makes_no_day() -> None:
    away = Entry(0, 10 * 1440, words="Holiday")
    assert lay_out([Column(1, "Ada", [], [away])]).rows == ()
    early = lay_out([Column(1, "Ada", [(NINE, FIVE)], [Entry(NINE - 60, NINE, "a")])])
    assert told(early)[0] == ("taken", NINE - 60, NINE)
    table = lay_out([Column(1, "Ada", [(NINE, FIVE)], [away])])
    assert told(table) == [("taken", NINE, FIVE)]


MINUTES = st.integers(0, 24 * 12).map(lambda five: five * 5)
SPAN = st.sets(MINUTES, min_size=2, max_size=2).map(lambda ends: (min(ends), max(ends)))
SPANS = st.lists(SPAN, max_size=4)


def apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for span in sorted(spans):
        if not kept or span[0] > kept[-1][1]:
            kept.append(span)
    return kept


@given(st.lists(st.tuples(SPANS, SPANS), min_size=1, max_size=3))
def test_every_column_is_filled_without_a_gap_and_holds_each_visit_once(
    given: list[tuple[list[tuple[int, int]], list[tuple[int, int]]]],
) -> None:
    columns = [
        Column(number, "Ada", apart(opened), [Entry(*span, visit=span) for span in taken])
        for number, (opened, taken) in enumerate(given)
    ]
    table = lay_out(columns)
    for column in columns:
        cells = [one for row in table.rows for one in row.cells if one.column is column]
        assert sum(cell.rows for cell in cells) == len(table.rows)
        assert all(a.ends == b.begins for a, b in pairwise(cells))
        shown = [entry for cell in cells for entry in cell.entries]
        assert sorted(shown, key=str) == sorted(column.entries, key=str)
        for cell in cells:
            minutes = range(cell.begins, cell.ends, 5)
            is_open = [any(a <= one < b for a, b in column.open) for one in minutes]
            assert cell.kind != "free" or all(is_open)
            assert cell.kind != "closed" or not any(is_open)
