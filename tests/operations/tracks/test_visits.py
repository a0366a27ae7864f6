"""The fold's profile of appointments, rule by rule, and the promise above them (booking.md 4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.operations.tracks.fold import Entry, History, fold
from app.operations.tracks.visits import VisitState, first_state, is_within

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
STATUSES = (
    "held",
    "created",
    "confirmed",
    "processing",
    "completed",
    "cancelled",
    "expired",
    "no_show",
)
ACTIONS = ("created", "picked_up", "processing", "completed", "delivered", "scanned")


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


def entry(action: str, at: float = 1, **more) -> Entry:
    more.setdefault("event_id", f"event-{action}-{at}")
    return Entry(effective_at=minute(at), seq=more.pop("seq", 0), action=action, **more)


def step_from(status: str, action: str, **more):
    history = History(VisitState(since=START, status=status), 1)
    step, _ = history.add(entry(action, **more))
    assert history.state.status == step.after
    assert isinstance(history.state, VisitState)
    return step


NONE = "no effect"
# What a scan within the window does to each status, and what it is flagged with.
SCANS = {
    ("held", "processing"): (NONE, ("wrong_state",)),
    ("held", "scanned"): (NONE, ("wrong_state",)),
    ("expired", "completed"): (NONE, ("wrong_state",)),
    ("created", "created"): (NONE, ("already_in_state",)),
    ("created", "processing"): ("processing", ()),
    ("created", "scanned"): ("processing", ()),
    ("created", "completed"): ("completed", ("skipped_states",)),
    ("created", "picked_up"): (NONE, ("wrong_state",)),
    ("created", "delivered"): (NONE, ("wrong_state",)),
    ("confirmed", "processing"): ("processing", ()),
    ("confirmed", "scanned"): ("processing", ()),
    ("confirmed", "completed"): ("completed", ("skipped_states",)),
    ("confirmed", "created"): (NONE, ("wrong_state",)),
    ("processing", "processing"): (NONE, ("already_in_state",)),
    ("processing", "scanned"): ("completed", ()),
    ("processing", "completed"): ("completed", ()),
    ("processing", "created"): (NONE, ("wrong_state",)),
    ("processing", "picked_up"): (NONE, ("wrong_state",)),
    ("processing", "delivered"): (NONE, ("wrong_state",)),
    ("completed", "completed"): (NONE, ("already_in_state",)),
    ("completed", "scanned"): (NONE, ()),
    ("completed", "processing"): (NONE, ("wrong_state",)),
    ("completed", "delivered"): (NONE, ("wrong_state",)),
    ("cancelled", "processing"): (NONE, ("order_cancelled",)),
    ("cancelled", "scanned"): (NONE, ("order_cancelled",)),
    ("no_show", "processing"): ("processing", ("wrong_state",)),
    ("no_show", "scanned"): ("processing", ("wrong_state",)),
    ("no_show", "completed"): ("completed", ("wrong_state",)),
    ("no_show", "picked_up"): (NONE, ("wrong_state",)),
}


@pytest.mark.parametrize(("before", "action"), SCANS)
def test_a_scan_does_what_the_table_says(before, action):
    after, reasons = SCANS[before, action]
    step = step_from(before, action)
    assert (step.after, step.reasons) == (before if after == NONE else after, reasons)
    assert step.applied is (after != NONE)


@pytest.mark.parametrize("before", ["created", "confirmed", "processing", "completed", "no_show"])
def test_a_scan_that_names_no_action_and_is_out_of_its_time_or_repeated_does_nothing(before):
    step = step_from(before, "scanned", counts=False)
    assert (step.after, step.applied, step.reasons) == (before, False, ())


def test_a_named_action_counts_out_of_its_time_but_after_a_no_show():
    assert step_from("confirmed", "processing", counts=False).after == "processing"
    step = step_from("no_show", "processing", counts=False)
    assert (step.after, step.reasons) == ("no_show", ("wrong_state",))


def test_a_check_out_without_a_check_in_names_what_was_skipped():
    assert step_from("confirmed", "completed").skipped == ("processing",)


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_forced_scan_is_applied_where_an_appointment_has_such_a_status(before, action):
    step = step_from(before, action, forced=True)
    is_known = action in ("created", "processing", "completed")
    assert (step.after, step.reasons) == (action if is_known else before, ("forced",))


CONDITIONS = {
    "created": {"held"},
    "expired": {"held"},
    "confirmed": {"held", "created"},
    "no_show": {"created", "confirmed"},
}


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("status", STATUSES)
def test_a_command_is_applied_from_where_it_may_and_a_forced_one_from_anywhere(before, status):
    step = step_from(before, status, is_command=True)
    is_free = status not in CONDITIONS or before in CONDITIONS[status]
    assert (step.after, step.reasons) == (status if is_free else before, ())
    assert step.applied is (step.after != before)
    assert step_from(before, status, is_command=True, forced=True).after == status


def test_a_check_in_from_before_a_no_show_wins_whenever_it_arrives():
    history = History(VisitState(since=START, status="confirmed"), 1)
    history.add(entry("no_show", 90, is_command=True))
    step, is_late = history.add(entry("processing", 5))
    assert (history.state.status, step.applied, is_late) == ("processing", True, True)


def test_an_entry_that_is_dropped_leaves_no_trace():
    history = History(VisitState(since=START, status="confirmed"), 1)
    history.add(entry("no_show", 90, is_command=True))
    before, late = history.state, entry("processing", 5, location="DESK", worker_id=7)
    history.add(late)
    history.drop(late)
    assert history.state == before


def test_what_was_held_begins_as_held_and_an_order_as_an_order():
    times = {"created_at": START, "starts_at": minute(60), "hold_expires_at": None}
    assert first_state(**times).status == "created"
    assert first_state(**times | {"hold_expires_at": minute(10)}).status == "held"
    assert not isinstance(first_state(**times | {"starts_at": None}), VisitState)


@pytest.mark.parametrize(("at", "is_in"), [(-61, False), (-60, True), (120, True), (121, False)])
def test_the_window_is_an_hour_before_to_an_hour_after(at, is_in):
    assert is_within(minute(at), starts_at=minute(0), ends_at=minute(60)) is is_in


entries = st.builds(
    Entry,
    effective_at=st.integers(0, 5).map(minute),
    seq=st.integers(0, 2),
    event_id=st.uuids().map(str),
    action=st.sampled_from(ACTIONS),
    forced=st.sampled_from((False, False, True)),
    counts=st.booleans(),
    worker_id=st.none() | st.integers(1, 3),
    location=st.sampled_from((None, "DESK", "CHAIR")),
) | st.builds(
    Entry,
    effective_at=st.integers(0, 5).map(minute),
    seq=st.just(0),
    event_id=st.uuids().map(str),
    action=st.sampled_from(STATUSES),
    is_command=st.just(True),
    forced=st.sampled_from((False, False, True)),
)


@settings(max_examples=500)
@given(
    st.lists(entries, max_size=8, unique_by=lambda one: one.event_id).flatmap(
        lambda some: st.tuples(st.just(some), st.permutations(some))
    ),
    st.sampled_from(("held", "created")),
)
def test_any_order_of_arrival_gives_the_same_state(happened, first):
    inherent, arrived = happened
    history = History(VisitState(since=START, status=first), 1)
    for one in arrived:
        history.add(one)
    assert history.state == fold(VisitState(since=START, status=first), inherent)
    assert history.state.status in STATUSES
