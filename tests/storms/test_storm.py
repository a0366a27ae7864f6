"""A storm of bookings from several processes: never twice, nothing left behind, nobody refused in vain."""

from __future__ import annotations

import sys
import time
from collections import Counter

import pytest

from app.operations.booking.holds import MOST_HELD
from tests import ledger
from tests.storms import storm as storms
from tests.storms.bookable import wrongly_answered
from tests.storms.checker import complaints
from tests.storms.clients import Inside
from tests.storms.crew import Crew
from tests.storms.refusals import false_refusals
from tests.storms.rows import read
from tests.storms.stage import Stage, build
from tests.storms.told import OK, Told

PROCESSES, THREADS = 4, 5
STEPS = 6
ROUNDS = 2
SEED = 20261129


@pytest.fixture(scope="module")
def crew(environment, migrated_app):
    crew = Crew(environment, processes=PROCESSES, threads=THREADS)
    yield crew
    crew.close()


@pytest.fixture
def stage(app) -> Stage:
    return build(app)


def all_told(crew: Crew, work, *arguments) -> list[Told]:
    began = time.monotonic()
    told = [one for some in crew.all_do(work, *arguments) for one in some]
    ended = Counter((one.kind, one.outcome) for one in told)
    sys.stdout.write(
        f"{len(told)} requests in {time.monotonic() - began:.1f} s: {dict(ended)}; "
        f"replays {dict(Counter(one.kind for one in told for _ in range(one.replays)))}, "
        f"deadlocks {sum(one.deadlocks for one in told)}\n"
    )
    return told


@pytest.mark.parametrize("one_worker", [False, True], ids=["two workers", "one worker"])
def test_a_storm_leaves_no_overlap_nothing_stranded_and_refuses_nobody_in_vain(
    crew, stage, one_worker
):
    told = all_told(crew, storms.storm, "inside", stage, STEPS, SEED, one_worker)
    assert {one.outcome for one in told} <= {
        OK,
        "SLOT_UNAVAILABLE",
        "INVALID_TRANSITION",
        "CONFLICT",
    }
    assert {one.kind for one in told if one.outcome == "CONFLICT"} <= {"hold"}
    left = read()
    assert complaints(stage, left) == []
    assert list(false_refusals(stage, left, told)) == []
    assert list(wrongly_answered(stage, tries=30, seed=SEED)) == []
    assert complaints(stage, read()) == []
    assert sum(one.deadlocks for one in told) == 0


def test_of_twenty_bookings_of_one_slot_one_is_made(crew, stage):
    worker_id = min(stage.workers)
    told = all_told(crew, storms.rush, "inside", stage, ROUNDS, worker_id)
    for number in range(ROUNDS):
        outcomes = Counter(one.outcome for one in told if one.round == f"rush {number}")
        assert outcomes == {OK: 1, "SLOT_UNAVAILABLE": crew.size - 1}
    assert complaints(stage, read()) == []


@pytest.mark.parametrize("workers", [2, 5])
def test_any_worker_of_some_is_booked_once_each_by_twenty(app, crew, workers):
    stage = build(app, workers=workers)
    told = all_told(crew, storms.rush, "inside", stage, ROUNDS)
    for number in range(ROUNDS):
        made = [one for one in told if one.round == f"rush {number}" and one.outcome == OK]
        assert {one.worker_id for one in made} == set(stage.workers)
        assert len(made) == len(stage.workers)
    assert complaints(stage, read()) == []


def test_of_confirming_and_cancelling_at_once_one_wins(crew, stage):
    made = [
        Told("book", customer, stage.kinds[0].service_id, storms.rush_start(stage, number))
        for number, customer in enumerate(stage.customers[: 2 * ROUNDS])
    ]
    for one in made:
        Inside(stage).book(one)
    booked = [(one.customer_id, one.order) for one in made]
    told = all_told(crew, storms.duel, "inside", stage, booked)
    for _, number in booked:
        outcomes = {
            kind: {one.outcome for one in told if (one.order, one.kind) == (number, kind)}
            for kind in ("confirm", "cancel")
        }
        assert outcomes["cancel"] == {OK}
        assert outcomes["confirm"] <= {OK, "INVALID_TRANSITION"}
    left = read()
    assert {one.status for one in left.visits.values()} == {"cancelled"}
    assert left.pieces == []
    words = Counter((one.resource_id, one.action) for one in ledger.events(resource_type="order"))
    assert {count for (_, word), count in words.items() if word == "ORDER_CANCELLED"} == {1}
    assert {count for (_, word), count in words.items() if word.endswith("CONFIRMED")} <= {1}
    assert complaints(stage, left) == []


def test_twenty_requests_with_one_key_make_one_booking_and_get_one_answer(crew, stage):
    told = all_told(crew, storms.twins, "inside", stage, ROUNDS)
    assert {one.outcome for one in told} == {OK}
    for number in range(ROUNDS):
        assert len({one.order for one in told if one.round == f"twins {number}"}) == 1
    assert len(read().visits) == ROUNDS


def test_twenty_holds_of_one_customer_leave_them_no_more_than_anybody_may_have(crew, stage):
    told = all_told(crew, storms.hoard, "inside", stage, ROUNDS)
    for number in range(ROUNDS):
        outcomes = Counter(one.outcome for one in told if one.round == f"hoard {number}")
        assert outcomes == {OK: MOST_HELD, "CONFLICT": crew.size - MOST_HELD}
    assert complaints(stage, read()) == []


def test_the_same_storm_finds_what_check_then_insert_does_wrong(crew, stage):
    told = all_told(crew, storms.rush, "naive", stage, ROUNDS)
    told += all_told(crew, storms.storm, "naive", stage, STEPS // 2, SEED, True)
    found = complaints(stage, read())
    kinds = Counter(one.split(":")[0] for one in found)
    sys.stdout.write(f"naive: {dict(kinds)}\n")
    for number in range(ROUNDS):
        made = [one for one in told if one.round == f"rush {number}" and one.outcome == OK]
        assert len(made) > len(stage.workers)
    assert kinds["overlap"] >= ROUNDS
    assert kinds["history"] >= ROUNDS
