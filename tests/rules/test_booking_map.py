"""docs/booking.md names the test that shows each thing that it says: each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
MAP = (TESTS.parent / "docs" / "booking.md").read_text().partition("## What shows it")[2]
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", MAP)


def test_each_expectation_names_a_test():
    rows = [row for row in MAP.splitlines() if row.startswith("| ")][1:]
    assert len(rows) > 15
    assert [row for row in rows if "::test_" not in row] == []


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_each_test_that_is_named_is_there(file: str, name: str) -> None:
    assert f"def {name}(" in (TESTS / file).read_text()
