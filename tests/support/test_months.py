"""Months are the calendar's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.support.months import add_months


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31T10:00:00.000001", 1, "2026-02-28T10:00:00.000001"),
        ("2027-11-30T00:00:00", 3, "2028-02-29T00:00:00"),
        ("2026-12-15T00:00:00", 1, "2027-01-15T00:00:00"),
        ("2026-12-31T00:00:00", 12, "2027-12-31T00:00:00"),
        ("2028-02-29T00:00:00", 12, "2029-02-28T00:00:00"),
        ("2026-05-05T00:00:00", 24, "2028-05-05T00:00:00"),
    ],
)
def test_so_many_months_later_is_the_same_day(start, months, end):
    moment = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert add_months(moment, months) == datetime.fromisoformat(end).replace(tzinfo=UTC)


def test_beyond_the_calendar_is_an_error():
    with pytest.raises(ValueError, match="year"):
        add_months(datetime(9999, 12, 1, tzinfo=UTC), 1)
