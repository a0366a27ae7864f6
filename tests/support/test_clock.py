"""Instants: one clock, one spelling, and a reader that nothing surprises."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from app.support import clock


def test_the_clock_gives_aware_utc() -> None:
    moment = datetime(2026, 11, 20, 5, 39, 12, 412345, UTC)
    with time_machine.travel(moment, tick=False):
        assert clock.now() == moment
        assert clock.now().tzinfo is UTC


def test_an_instant_is_written_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    assert clock.instant_text(datetime(2026, 11, 20, 6, 39, 12, 412000, berlin)) == (
        "2026-11-20T05:39:12.412000Z"
    )
    assert (
        clock.instant_text(datetime(2026, 11, 20, 6, 39, 12, 0, berlin)) == "2026-11-20T05:39:12Z"
    )


def test_a_naive_time_is_never_written_as_an_instant() -> None:
    with pytest.raises(ValueError):
        clock.instant_text(datetime(2026, 11, 20))  # noqa: DTZ001 - the very case


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-11-20T06:39:12.412+01:00", "2026-11-20T05:39:12.412000Z"),
        ("2026-11-20t05:39:12z", "2026-11-20T05:39:12Z"),
        ("2026-11-20 05:39:12Z", "2026-11-20T05:39:12Z"),
        ("2026-11-20T05:39:12.123456789Z", "2026-11-20T05:39:12.123456Z"),
        ("2026-11-20T05:39:12.1Z", "2026-11-20T05:39:12.100000Z"),
        ("2026-11-20T00:15:00-23:59", "2026-11-21T00:14:00Z"),
        ("2026-11-20T05:39:12-00:00", "2026-11-20T05:39:12Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2016-12-31T23:59:60.999+00:00", "2017-01-01T00:00:00Z"),
    ],
)
def test_an_rfc_3339_time_is_read(text: str, written: str) -> None:
    assert clock.instant_text(clock.parse_instant(text)) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-20",
        "2026-11-20T05:39:12",
        "2026-11-20T05:39Z",
        "20261120T053912Z",
        "2026-W47-5T05:39:12Z",
        "2026-11-20T05:39:12+0100",
        "2026-11-20T05:39:12+24:00",
        "2026-11-20T05:39:12+01:60",
        "2026-11-20T05:39:12.Z",
        "2026-11-20T05:39:12.1234567890Z",
        "2026-11-20T24:00:00Z",
        "2026-11-20T05:60:00Z",
        "2026-11-20T05:39:61Z",
        "2026-02-30T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "9999-12-31T23:59:60Z",
        "2026-11-20T05:39:12Z\n",
        " 2026-11-20T05:39:12Z",
        "２０２６-11-20T05:39:12Z",
        "1763617152",
        "now",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        clock.parse_instant(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_was_written_is_read_back(moment: datetime) -> None:
    assert clock.parse_instant(clock.instant_text(moment)) == moment


@given(st.text() | st.from_regex(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"))
def test_no_text_raises_anything_but_value_error(text: str) -> None:
    try:
        moment = clock.parse_instant(text)
    except ValueError:
        return
    assert moment.tzinfo is UTC
