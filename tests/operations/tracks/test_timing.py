"""When a scan happened, by the table of scans.md 5 and at its edges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.operations.tracks.timing import Monotonic, correct, on_arrival, out_of_order
from app.operations.tracks.verdicts import about_time

RECEIVED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)


def timed(*, ago: float = 60, ahead: float = 0, mono: Monotonic | None = None, **more):
    """A scan so many seconds ago by a device whose clock is so many seconds ahead."""
    sent_at = RECEIVED + timedelta(seconds=ahead)
    values = {
        "occurred_at": sent_at - timedelta(seconds=ago),
        "sent_at": sent_at,
        "received_at": RECEIVED,
        "offset": RECEIVED - sent_at,
        "mono": mono,
        "out_of_order": False,
    }
    return correct(**(values | more))


@pytest.mark.parametrize("ahead", [0, 15, -15, 14.999999])
def test_a_clock_within_15_seconds_is_trusted(ahead):
    timing = timed(ahead=ahead)
    assert timing.clock == "trusted"
    assert timing.effective_at == min(timing.occurred_at, RECEIVED)


@pytest.mark.parametrize("ahead", [15.000001, -15.000001, 3600, -86_400])
def test_a_wrong_clock_is_corrected_by_its_offset(ahead):
    timing = timed(ahead=ahead)
    assert timing.clock == "corrected"
    assert timing.effective_at == RECEIVED - 60 * SECOND


def test_a_wrong_clock_with_an_uptime_is_corrected_by_the_uptime():
    timing = timed(ahead=3600, mono=Monotonic(at=1_000, now=91_000))
    assert (timing.clock, timing.effective_at) == ("monotonic", RECEIVED - 90 * SECOND)


def test_a_right_clock_is_preferred_to_the_uptime():
    timing = timed(ago=60, mono=Monotonic(at=0, now=500_000))
    assert (timing.clock, timing.effective_at) == ("trusted", RECEIVED - 60 * SECOND)


@pytest.mark.parametrize(("after", "clock"), [(1, "trusted"), (1.000001, "untrusted")])
def test_a_scan_may_be_one_second_after_its_own_sending(after, clock):
    timing = timed(ago=-after)
    assert timing.clock == clock
    assert timing.effective_at == RECEIVED


def test_a_contradictory_clock_is_corrected_by_the_offset_and_called_untrusted():
    timing = timed(ago=60, ahead=3600, out_of_order=True)
    assert (timing.clock, timing.effective_at) == ("untrusted", RECEIVED - 60 * SECOND)
    assert about_time(timing) == ("clock_untrusted",)


def test_an_uptime_that_runs_backwards_is_a_contradiction():
    assert timed(ahead=3600, mono=Monotonic(at=2, now=1)).clock == "untrusted"


def test_the_corrected_time_never_exceeds_the_arrival():
    for ahead in (0, 3600, -3600):
        assert timed(ago=-0.5, ahead=ahead).effective_at <= RECEIVED
        assert timed(ago=-500, ahead=ahead).effective_at <= RECEIVED


believable = st.integers(-56 * 365 * 86_400, 173 * 365 * 86_400)  # seconds: 1970 to 2199
moments = believable.map(lambda seconds: RECEIVED + seconds * SECOND)
uptimes = st.none() | st.builds(Monotonic, st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))


@given(
    occurred_at=moments,
    sent_at=moments,
    received_at=moments,
    offset=st.timedeltas(timedelta(days=-90_000), timedelta(days=90_000)),
    mono=uptimes,
    out_of_order=st.booleans(),
)
def test_no_clock_however_wild_makes_a_time_after_the_arrival_or_a_fault(**times):
    timing = correct(**times)
    assert timing.effective_at <= times["received_at"]
    assert timing.occurred_at == times["occurred_at"]


def test_a_scan_without_times_happened_on_arrival():
    timing = on_arrival(RECEIVED)
    assert (timing.occurred_at, timing.effective_at) == (RECEIVED, RECEIVED)
    assert (timing.clock, timing.offset) == ("trusted", None)


@pytest.mark.parametrize(
    ("age", "reasons"),
    [
        (timedelta(hours=72), ()),
        (timedelta(hours=72) + MICROSECOND, ("stale",)),
        (timedelta(days=30), ("stale",)),
        (timedelta(days=30) + MICROSECOND, ("too_old",)),
    ],
)
def test_a_scan_is_stale_after_72_hours_and_too_old_after_30_days(age, reasons):
    assert about_time(timed(ago=age.total_seconds())) == reasons


@pytest.mark.parametrize(
    ("upload", "contradicted"),
    [
        ([(1, 10), (2, 20), (3, 30)], [False, False, False]),
        ([(3, 30), (1, 10), (2, 20)], [False, False, False]),
        ([(1, 50), (2, 20), (3, 30)], [True, False, False]),
        ([(1, 10), (2, 50), (3, 20)], [False, True, False]),
        ([(1, 10), (2, 10)], [False, False]),
        ([(None, 90), (2, 20), (3, 30)], [False, False, False]),
        ([(None, 90), (None, 10)], [False, False]),
        ([], []),
    ],
)
def test_a_later_number_with_an_earlier_time_contradicts_what_came_before(upload, contradicted):
    times = [(seq, RECEIVED + at * SECOND) for seq, at in upload]
    assert out_of_order(times) == contradicted
