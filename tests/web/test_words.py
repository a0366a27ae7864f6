"""How pages say times, prices and keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.support.words import EVERY_STATUS, RESULTS
from app.web import words

NOW = datetime(2026, 11, 20, 6, 39, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        (timedelta(), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=47), "1 day ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=62), "2 months ago"),
        (timedelta(days=800), "2 years ago"),
        (timedelta(hours=-2), "in 2 hours"),
        (timedelta(seconds=-5), "just now"),
    ],
)
def test_a_distance_is_said_in_its_largest_whole_unit(past: timedelta, expected: str) -> None:
    assert words.relative(NOW - past, NOW) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("0", "0.00"), ("12.5", "12.50"), ("1234.5", "1,234.50"), ("99999999.99", "99,999,999.99")],
)
def test_a_price_has_two_decimals(amount: str, expected: str) -> None:
    assert words.price(Decimal(amount)) == expected


def test_every_status_and_result_has_words() -> None:
    assert set(words.STATUS_WORDS) == set(EVERY_STATUS)
    assert words.VERDICT_WORDS.keys() == set(RESULTS)


def test_a_key_becomes_words() -> None:
    assert words.in_words("no_show") == "No show"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.4, "at once"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (5400, "1.5 h"),
        (86400, "1 d"),
        (190080, "2.2 d"),
    ],
)
def test_a_duration_is_told_in_its_largest_unit(seconds: float, told: str) -> None:
    assert words.duration(timedelta(seconds=seconds)) == told


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(45, "45 min"), (60, "1 h"), (90, "1 h 30 min"), (1440, "1 d"), (4351, "3 d 31 min")],
)
def test_a_span_of_minutes_is_told_exactly(minutes: int, told: str) -> None:
    assert words.time_span(minutes) == told


def test_what_is_counted_is_one_or_many() -> None:
    assert [words.counted(count, "scan") for count in (0, 1, 1200)] == [
        "0 scans",
        "1 scan",
        "1,200 scans",
    ]


@pytest.mark.parametrize(
    ("canonical", "told"),
    [
        ("2026-12-24", "Thursday, 24 December 2026"),
        ("2026-12-24T09:30:00", "Thursday, 24 December 2026, 09:30"),
        ("2026-12-24T23:30:00Z", "Friday, 25 December 2026, 00:30"),
    ],
)
def test_a_pickup_date_is_told_on_the_businesss_calendar(canonical: str, told: str) -> None:
    assert words.pickup(canonical, ZoneInfo("Europe/Berlin")) == told


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (5, "5 minutes"),
        (60, "1 hour"),
        (90, "90 minutes"),
        (150, "2 hours 30 minutes"),
        (1440, "1 day"),
        (3000, "2 days 2 hours"),
    ],
)
def test_a_notice_is_said_in_whole_words(minutes: int, told: str) -> None:
    assert words.long_span(minutes) == told
