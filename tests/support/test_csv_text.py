"""Tables as CSV (RFC 4180), and cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support.csv_text import csv_table

SIGNS = "=+-@\t\r\n＝＋－＠"


def parsed(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_lines_end_with_cr_lf_and_cells_are_quoted() -> None:
    content, count = csv_table(("Name", "Note"), [('a "b", c', "two\nlines"), ("é", None)])
    assert content == '\ufeff"Name","Note"\r\n"a ""b"", c","two\nlines"\r\n"é",""\r\n'.encode()
    assert count == 2


def test_an_empty_table_has_its_header() -> None:
    assert csv_table(("Name",), []) == ('\ufeff"Name"\r\n'.encode(), 0)


def test_values_are_written_so_that_they_can_be_read_back() -> None:
    at = datetime(2026, 11, 20, 5, 39, 12, tzinfo=UTC)
    content, _ = csv_table(("a",), [(True, False, -5, Decimal("-1.50"), at)])
    assert parsed(content)[1] == ["yes", "no", "-5", "-1.50", "2026-11-20T05:39:12Z"]


@pytest.mark.parametrize("sign", SIGNS)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(sign: str) -> None:
    texts = (f"{sign}1", f"  {sign}1", f"1{sign}", "", "plain")
    content, _ = csv_table(("a",), [texts])
    assert parsed(content)[1] == [f"'{sign}1", f"'  {sign}1", f"1{sign}", "", "plain"]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_begins_like_a_formula_and_every_text_is_kept(text: str) -> None:
    content, count = csv_table(("a",), [(text, "end")])
    (cell, end) = parsed(content)[1]
    assert (count, end) == (1, "end")
    assert cell.replace("'", "") == text.replace("'", "")
    assert not cell.lstrip(" ").startswith(tuple(SIGNS))


@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize(
    "text", ["a;=1+1;b", "a; +1", "a\t@SUM(1)\tb", "a\n=1+1", "a\r\n-1", "a|＝1|b", "a;;=1"]
)
def test_no_formula_hides_where_a_spreadsheet_separates_by_another_sign(
    separator: str, text: str
) -> None:
    content, _ = csv_table(("a", "b"), [("first", text)])
    lines = io.StringIO(content.decode("utf-8-sig"), newline="")
    cells = [cell for row in csv.reader(lines, delimiter=separator) for cell in row]
    assert [cell for cell in cells if cell.lstrip(" ").startswith(tuple(SIGNS))] == []


def test_a_text_without_a_formula_is_kept_as_it_is() -> None:
    text = "2 shirts; 1 coat (-10 %)\nby 5-6 pm | a=b"
    content, _ = csv_table(("a",), [(text,)])
    assert parsed(content)[1] == [text]
