"""The rules of scans.md 6, one by one, and the promise above them: arrival order does not matter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.operations.tracks.fold import Entry, History, Position, State, advance, fold
from app.operations.tracks.histories import projection

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
OPEN = ("created", "picked_up", "processing", "completed")


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


def entry(action: str, at: float = 1, **more) -> Entry:
    more.setdefault("event_id", f"event-{action}-{at}")
    return Entry(effective_at=minute(at), seq=more.pop("seq", 0), action=action, **more)


def step_from(status: str, action: str, pieces: int = 1, **more):
    state, step = advance(State(since=START, status=status), entry(action, **more), pieces)
    assert state.status == step.after
    return step


# scans.md 6: what a scan of each action does to each status.
STEPS = {
    ("created", "created"): ("created", ("already_in_state",)),
    ("created", "picked_up"): ("picked_up", ()),
    ("created", "processing"): ("processing", ("skipped_states",)),
    ("created", "completed"): ("completed", ("skipped_states",)),
    ("created", "delivered"): ("delivered", ("skipped_states",)),
    ("picked_up", "created"): ("picked_up", ("regression",)),
    ("picked_up", "picked_up"): ("picked_up", ("already_in_state",)),
    ("picked_up", "processing"): ("processing", ()),
    ("picked_up", "completed"): ("completed", ("skipped_states",)),
    ("picked_up", "delivered"): ("delivered", ("skipped_states",)),
    ("processing", "created"): ("processing", ("regression",)),
    ("processing", "picked_up"): ("processing", ("regression",)),
    ("processing", "processing"): ("processing", ("already_in_state",)),
    ("processing", "completed"): ("completed", ()),
    ("processing", "delivered"): ("delivered", ("skipped_states",)),
    ("completed", "created"): ("completed", ("regression",)),
    ("completed", "picked_up"): ("completed", ("regression",)),
    ("completed", "processing"): ("processing", ("rework",)),
    ("completed", "completed"): ("completed", ("already_in_state",)),
    ("completed", "delivered"): ("delivered", ()),
    ("delivered", "created"): ("delivered", ("after_terminal",)),
    ("delivered", "picked_up"): ("delivered", ("after_terminal",)),
    ("delivered", "processing"): ("delivered", ("after_terminal",)),
    ("delivered", "completed"): ("delivered", ("after_terminal",)),
    ("delivered", "delivered"): ("delivered", ("already_in_state",)),
    ("cancelled", "created"): ("cancelled", ("order_cancelled",)),
    ("cancelled", "picked_up"): ("cancelled", ("order_cancelled",)),
    ("cancelled", "processing"): ("cancelled", ("order_cancelled",)),
    ("cancelled", "completed"): ("cancelled", ("order_cancelled",)),
    ("cancelled", "delivered"): ("cancelled", ("order_cancelled",)),
}
STATUSES = (*OPEN, "delivered", "cancelled")


@pytest.mark.parametrize(("before", "action"), STEPS)
def test_a_scan_does_what_the_table_says(before, action):
    step = step_from(before, action)
    assert (step.after, step.reasons) == STEPS[before, action]
    assert step.applied is (step.after != before)


@pytest.mark.parametrize("before", STATUSES)
def test_a_neutral_scan_never_changes_a_status(before):
    step = step_from(before, "scanned")
    assert (step.after, step.applied, step.reasons) == (before, False, ())


@pytest.mark.parametrize(
    ("before", "action", "skipped"),
    [
        ("created", "processing", ("picked_up",)),
        ("created", "completed", ("picked_up", "processing")),
        ("created", "delivered", ("picked_up", "processing", "completed")),
        ("picked_up", "delivered", ("processing", "completed")),
        ("processing", "delivered", ("completed",)),
    ],
)
def test_a_jump_names_what_it_skipped(before, action, skipped):
    assert step_from(before, action).skipped == skipped


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("action", [*OPEN, "delivered"])
def test_a_forced_scan_is_applied_whatever_the_status(before, action):
    step = step_from(before, action, forced=True)
    assert (step.after, step.reasons) == (action, ("forced",))
    assert step.applied is (action != before)


@pytest.mark.parametrize("before", STATUSES)
def test_a_forced_neutral_scan_changes_nothing_and_is_shown(before):
    step = step_from(before, "scanned", forced=True)
    assert (step.after, step.applied, step.reasons) == (before, False, ("forced",))


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("status", STATUSES)
def test_a_command_is_applied_unconditionally_and_without_a_flag(before, status):
    step = step_from(before, status, is_command=True)
    assert (step.after, step.reasons) == (status, ())
    assert step.applied is (status != before)


def test_since_is_the_time_of_the_last_change_only():
    state = fold(State(since=START), [entry("picked_up", 1), entry("picked_up", 2)])
    assert (state.status, state.since) == ("picked_up", minute(1))


def test_a_backward_scan_still_says_where_the_order_is_and_who_has_it():
    entries = [
        entry("completed", 1, worker_id=1, location="PLANT"),
        entry("picked_up", 2, worker_id=2, location="VAN"),
    ]
    state = fold(State(since=START), entries)
    assert (state.status, state.location, state.custodian_id) == ("completed", "VAN", 2)
    assert state.located_at == minute(2)


def test_a_scan_without_a_place_leaves_the_last_one():
    state = fold(State(since=START), [entry("picked_up", 1, location="VAN"), entry("scanned", 2)])
    assert (state.location, state.located_at) == ("VAN", minute(1))


def test_a_command_moves_no_goods():
    entries = [
        entry("picked_up", 1, worker_id=1, location="VAN"),
        entry("cancelled", 2, is_command=True),
    ]
    state = fold(State(since=START), entries)
    assert (state.location, state.custodian_id) == ("VAN", 1)


def test_equal_times_are_ordered_by_number_and_then_by_key():
    one = entry("created", 1, seq=2, event_id="a", is_command=True)
    other = entry("picked_up", 1, seq=1, event_id="b")
    assert fold(State(since=START), [one, other]).status == "created"
    first = entry("picked_up", 1, event_id="a")
    second = entry("created", 1, event_id="b", is_command=True)
    assert fold(State(since=START), [second, first]).status == "created"


# --- pieces -------------------------------------------------------------------------------------


def test_another_piece_in_the_same_status_is_no_repetition():
    history = History(State(since=START), 3)
    reasons = [
        history.add(entry("picked_up", at, piece=piece))[0].reasons
        for at, piece in ((1, 1), (2, 2), (3, 2))
    ]
    assert reasons == [(), (), ("already_in_state",)]
    assert history.state.pieces_seen == 2


def test_delivering_before_every_piece_was_seen_is_flagged():
    scans = [entry("picked_up", 1, piece=1), entry("delivered", 2, piece=2)]
    history = History(State(since=START), 3, scans[:1])
    assert history.add(scans[1])[0].reasons == ("skipped_states", "piece_missing")
    whole = History(State(since=START), 2, scans[:1])
    assert "piece_missing" not in whole.add(scans[1])[0].reasons


def test_missing_pieces_are_told_when_the_order_is_handed_over_and_not_again():
    history = History(State(since=START), 2, [entry("completed", 1), entry("delivered", 2)])
    assert history.add(entry("delivered", 3))[0].reasons == ("already_in_state",)


def test_an_order_of_one_piece_misses_none():
    assert step_from("completed", "delivered").reasons == ()


def test_a_piece_seen_again_after_the_status_changed_counts_once():
    scans = [entry("picked_up", 1, piece=1), entry("processing", 2, piece=1)]
    assert fold(State(since=START), scans, 2).pieces_seen == 1


# --- impossible travel --------------------------------------------------------------------------


def travel(kilometres: float, minutes: float) -> tuple[str, ...]:
    """The reasons of a second scan so far north of, and so long after, the first."""
    degrees = kilometres / 111.195
    here = Position(48_000_000, 11_000_000, minute(1))
    there = Position(48_000_000 + round(degrees * 1e6), 11_000_000, minute(1 + minutes))
    history = History(State(since=START), 1, [entry("scanned", 1, position=here)])
    return history.add(entry("scanned", 1 + minutes, position=there, event_id="z"))[0].reasons


@pytest.mark.parametrize(
    ("kilometres", "minutes", "is_flagged"),
    [
        (199, 60, False),
        (201, 60, True),
        (50, 16, False),
        (50, 14, True),
        (0.9, 0, False),
        (1.1, 0, True),
        (10_000, 60 * 49, True),
        (10_000, 60 * 51, False),
    ],
)
def test_travel_above_200_km_per_hour_is_flagged(kilometres, minutes, is_flagged):
    assert travel(kilometres, minutes) == (("impossible_travel",) if is_flagged else ())


@pytest.mark.parametrize(("latitude", "is_flagged"), [(0, True), (48, True), (61, False)])
def test_a_degree_of_longitude_is_shorter_away_from_the_equator(latitude, is_flagged):
    """Two degrees eastwards: 222 km on the equator, 149 at 48 north, 108 at 61; 133 are allowed."""
    here = Position(latitude * 10**6, 11_000_000, minute(1))
    there = Position(latitude * 10**6, 13_000_000, minute(41))
    history = History(State(since=START), 1, [entry("scanned", 1, position=here)])
    step, _ = history.add(entry("scanned", 41, position=there))
    assert step.reasons == (("impossible_travel",) if is_flagged else ())


def test_impossible_travel_withholds_no_effect():
    here, there = Position(0, 0, minute(1)), Position(80_000_000, 0, minute(2))
    scans = [entry("picked_up", 1, position=here), entry("processing", 2, position=there)]
    assert fold(State(since=START), scans).status == "processing"


# --- the promise --------------------------------------------------------------------------------


KINDS = (
    *(("scan", action) for action in (*OPEN, "delivered", "scanned")),
    *(("force", action) for action in (*OPEN, "delivered", "scanned")),
    *(("command", status) for status in STATUSES),
)


def any_entry(number: int, at: int, seq: int, kind: str, action: str) -> Entry:
    """One event of the pool; its key, piece, place and worker vary with its number."""
    is_scan = kind != "command"
    where = Position(number % 7 * 10**6, 0, minute(at))
    return Entry(
        effective_at=minute(at),
        seq=seq,
        event_id=f"{number * 7919 % 1009:04}-{number}",
        action=action,
        is_command=not is_scan,
        forced=kind == "force",
        piece=(None, 1, 2, 3)[number % 4] if is_scan else None,
        worker_id=(None, 1, 2)[number % 3] if is_scan else None,
        location=("VAN", None, "PLANT")[number % 3] if is_scan else None,
        position=where if is_scan and number % 5 < 2 else None,
    )


POOL = [
    any_entry(number, at, seq, kind, action)
    for number, (at, seq, (kind, action)) in enumerate(product(range(4), range(2), KINDS))
]
entries = st.lists(st.sampled_from(POOL), max_size=10, unique=True)


@settings(max_examples=2_000)
@given(data=st.data(), scans=entries)
def test_any_order_of_arrival_gives_one_status_one_since_and_one_projection(data, scans):
    piece_count = data.draw(st.integers(1, 3))
    expected = fold(State(since=START), scans, piece_count)
    history = History(State(since=START), piece_count)
    for one in data.draw(st.permutations(scans)):
        history.add(one)
    assert history.state == expected
    assert projection(history.state) == projection(expected)


@settings(max_examples=500)
@given(data=st.data(), scans=entries)
def test_a_fold_resumed_from_its_projection_goes_on_as_if_it_had_never_stopped(data, scans):
    arrived = data.draw(st.permutations(scans))
    cut = data.draw(st.integers(0, len(arrived)))
    base = fold(State(since=START), arrived[:cut], 2)
    later = sorted(arrived[cut:], key=lambda one: one.key)
    if base.last is not None and later and later[0].key < base.last:
        resumed = History(State(since=START), 2, arrived[:cut])
    else:
        resumed = History(base, 2)
    for one in later:
        resumed.add(one)
    assert resumed.state == fold(State(since=START), scans, 2)


@settings(max_examples=500)
@given(data=st.data(), scans=entries)
def test_a_late_scan_is_told_the_step_that_it_makes_at_its_own_place(data, scans):
    arrived = data.draw(st.permutations(scans))
    history = History(State(since=START), 1)
    for number, one in enumerate(arrived):
        before = fold(State(since=START), [e for e in arrived[:number] if e.key < one.key])
        step, is_late = history.add(one)
        assert (step.before, step.before_since) == (before.status, before.since)
        assert is_late is any(e.key > one.key for e in arrived[:number])
