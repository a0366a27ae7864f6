"""Pickup dates keep their kind and never shift by a day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support.dates import canonical_pickup, pickup_day

AUCKLAND = ZoneInfo("Pacific/Auckland")


@pytest.mark.parametrize("value", [None, ""])
def test_no_pickup_date_is_none(value: object) -> None:
    assert canonical_pickup(value) is None


@pytest.mark.parametrize(
    ("given_text", "canonical"),
    [
        ("2026-11-20", "2026-11-20"),
        ("2028-02-29", "2028-02-29"),
        ("2026-11-20T09:00", "2026-11-20T09:00:00"),
        ("2026-11-20T09:00:30", "2026-11-20T09:00:30"),
        ("2026-11-20 09:00:30", "2026-11-20T09:00:30"),
        ("2026-11-20T09:00:30.5", "2026-11-20T09:00:30.500"),
        ("2026-11-20T09:00:30.000", "2026-11-20T09:00:30"),
        ("2026-11-20T09:00:30.123456", "2026-11-20T09:00:30.123456"),
        ("2026-11-20T09:00Z", "2026-11-20T09:00:00Z"),
        ("2026-11-20T09:00:30.125Z", "2026-11-20T09:00:30.125Z"),
        ("2026-11-20T00:30:00+01:00", "2026-11-19T23:30:00Z"),
        ("2026-11-20T00:30:00+0530", "2026-11-19T19:00:00Z"),
        ("9999-12-31", "9999-12-31"),
        ("0001-01-01", "0001-01-01"),
    ],
)
def test_each_form_keeps_its_kind(given_text: str, canonical: str) -> None:
    assert canonical_pickup(given_text) == canonical
    assert canonical_pickup(canonical) == canonical


@pytest.mark.parametrize(
    "value",
    [
        20261120,
        True,
        ["2026-11-20"],
        date(2026, 11, 20),
        " ",
        "tomorrow",
        "20.11.2026",
        "11/20/2026",
        "2026-11-20T",
        "2026-11-20 09:00",
        "2026-11-20 09:00:00Z",
        "2026-11-20T9:00",
        "2026-11-20T25:00",
        "2026-11-20T24:00",
        "2026-11-20T09:00:60",
        "2026-11-20T09:00:30.",
        "2026-11-20T09:00z",
        "2026-11-20T09:00:00+25:00",
        "2026-02-30",
        "2027-02-29",
        "2026-13-01",
        "0000-01-01",
        "10000-01-01",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-01:00",
        "9999-12-31T12:00:00Z",
        "2026-11-20 trailing",
        "2026-11-20\n",
        "-026-11-20T09:00",
        "２０２６-11-20",
        "2026-11-2\u0660",
    ],
)
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical_pickup(value)


def test_a_day_and_a_naive_time_never_shift() -> None:
    assert pickup_day("2026-11-20", AUCKLAND) == date(2026, 11, 20)
    assert pickup_day("2026-11-20T23:59:59", AUCKLAND) == date(2026, 11, 20)


def test_an_instant_means_the_business_day() -> None:
    assert pickup_day("2026-11-20T11:30:00Z", AUCKLAND) == date(2026, 11, 21)
    assert pickup_day("2026-11-20T11:30:00Z", UTC) == date(2026, 11, 20)


@given(st.datetimes(), st.sampled_from(["", "Z", "+14:00", "-23:59"]))
def test_whatever_is_accepted_has_a_day_everywhere(moment: datetime, offset: str) -> None:
    try:
        canonical = canonical_pickup(moment.isoformat(timespec="milliseconds") + offset)
    except ValueError:
        return
    assert canonical is not None
    assert canonical_pickup(canonical) == canonical
    assert len(canonical) <= 27
    for zone in (AUCKLAND, ZoneInfo("Pacific/Pago_Pago")):
        assert abs(pickup_day(canonical, zone).toordinal() - moment.toordinal()) <= 2
