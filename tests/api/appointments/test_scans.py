"""Check-in and check-out by scans: who may, when, and what becomes of the time (booking.md 4)."""

from __future__ import annotations

import uuid

import pytest

from app.operations.tracks.histories import projection
from app.support import clock
from tests import booking, factories
from tests.appointments import assert_claims_fit, order_now, salon, taken_until, visit
from tests.scanning import (
    SCAN,
    SCANS,
    ago,
    assert_truthful,
    batch,
    event,
    long_form,
    tracks,
    true_state,
)


@pytest.fixture
def stage(app):
    return salon(app)


@pytest.fixture
def hands(stage):
    """The device of the worker who performs it."""
    return factories.device(worker_id=stage.shop.workers[0].id, origin="login")


def scan(client, device, order, action=None, **more):
    body = long_form(order.label_code, action, **more)
    answer = client.post(SCAN, json=body, headers=device.headers)
    assert answer.status_code == 201, answer.text
    return answer.json


def settled(order):
    """The order as it is stored: its fold's, with claims that fit."""
    assert_claims_fit(order.id)
    row = order_now(order.id)
    assert_fold(order.id)
    return row


def assert_fold(order_id):
    row = order_now(order_id)
    expected = projection(true_state(row))
    assert {name: getattr(row, name) for name in expected} == expected


def test_the_first_scan_is_the_check_in_and_the_next_the_check_out(client, stage, hands):
    order = stage.book_begun(30)
    first = scan(client, hands, order, occurred_at=ago(minutes=25))
    assert (first["result"], first["order"]["status"], first["order"]["next"]) == (
        "accepted",
        "processing",
        ["completed"],
    )
    assert first["message"] == f"{order.order_number}: processing started"
    assert settled(order).status == "processing"
    second = scan(client, hands, order, occurred_at=ago(minutes=2))
    assert (second["result"], second["order"]["status"]) == ("accepted", "completed")
    assert settled(order).status == "completed"


def test_a_check_out_gives_back_what_is_left_of_the_time(client, stage, hands):
    order = stage.book_begun(20)
    whole = taken_until(order.id)
    scan(client, hands, order, "processing", occurred_at=ago(minutes=15))
    assert taken_until(order.id) == whole
    scan(client, hands, order, "completed")
    settled(order)
    assert taken_until(order.id) < whole


def test_a_label_read_twice_is_one_check_in(client, stage, hands):
    order = stage.book_begun()
    scan(client, hands, order, occurred_at=ago(seconds=4))
    again = scan(client, hands, order, occurred_at=ago(seconds=2))
    assert again["reasons"] == ["double_read"]
    assert settled(order).status == "processing"


def test_out_of_its_time_a_scan_without_an_action_is_recorded_and_flagged(client, stage, hands):
    order = stage.book()
    told = scan(client, hands, order)
    assert (told["reasons"], told["order"]["status"]) == (["outside_window"], "created")
    applied = scan(client, hands, order, "processing")
    assert (applied["reasons"], applied["order"]["status"]) == (["outside_window"], "processing")
    settled(order)


def test_a_worker_of_another_business_changes_and_learns_nothing(app, client, stage):
    order, other = stage.book_begun(), salon(app)
    theirs = factories.device(worker_id=other.shop.workers[0].id, origin="login")
    house = factories.device()
    for device in (theirs, house):
        told = scan(client, device, order, "processing")
        assert (told["result"], told["reasons"], told["signal"]) == (
            "flagged",
            ["wrong_business"],
            "stop",
        )
        assert (told["order"], told["transition"]) == (None, None)
        assert order.order_number not in str(told)
    assert settled(order).status == "created"
    laundry = factories.order()
    assert scan(client, theirs, laundry, "picked_up")["reasons"] == ["wrong_business"]


def test_a_worker_of_another_business_learns_nothing_by_taking_a_scan_back(app, client, stage):
    order, other = stage.book_begun(), salon(app)
    theirs = factories.device(worker_id=other.shop.workers[0].id, origin="login")
    made = scan(client, theirs, order, "processing")
    body = {"event_id": str(uuid.uuid4()), "reason": "did_not_occur"}
    for status in (201, 200):
        path = f"{SCANS}/{made['event_id']}/void"
        answer = client.post(path, json=body, headers=theirs.headers)
        assert answer.status_code == status, answer.text
        assert (answer.json["order"], answer.json["transition"]) == (None, None)
        assert answer.json["track"]["order_id"] is None
        assert order.order_number not in answer.text


def test_a_shared_device_scans_for_the_worker_whom_it_names(client, device, stage):
    order = stage.book_begun()
    told = scan(client, device, order, "processing", worker_id=stage.shop.workers[0].id)
    assert (told["reasons"], told["order"]["status"]) == ([], "processing")


@pytest.mark.parametrize("action", ["picked_up", "delivered"])
def test_an_appointment_is_neither_picked_up_nor_delivered(client, stage, hands, action):
    order = stage.book_begun()
    told = scan(client, hands, order, action)
    assert (told["reasons"], told["order"]["status"]) == (["wrong_state"], "created")
    settled(order)


def test_a_check_out_alone_completes_and_says_what_is_missing(client, stage, hands):
    order = stage.book_begun()
    told = scan(client, hands, order, "completed")
    assert (told["reasons"], told["transition"]["skipped"]) == (["skipped_states"], ["processing"])
    assert settled(order).status == "completed"


def test_a_cancelled_appointment_stops_whoever_scans_it(client, stage, hands):
    order = stage.book_begun()
    stage.post(order.order_number, "cancel", stage.owner, {"reason": "Ill"})
    told = scan(client, hands, order)
    assert (told["reasons"], told["signal"]) == (["order_cancelled"], "stop")
    assert settled(order).status == "cancelled"


# --- late check-ins -----------------------------------------------------------------------------


def no_show(stage, order):
    answer = stage.post(order.order_number, "no-show", stage.owner)
    assert answer.status_code == 200, answer.text
    assert_claims_fit(order.id)


def test_a_check_in_from_before_a_no_show_takes_the_time_again(client, stage, hands):
    order = stage.book_begun(30)
    whole = taken_until(order.id)
    no_show(stage, order)
    assert taken_until(order.id) is None
    told = scan(client, hands, order, "processing", occurred_at=ago(minutes=20))
    assert (told["result"], told["order"]["status"]) == ("accepted", "processing")
    assert settled(order).status == "processing"
    assert taken_until(order.id) == whole


def test_whoever_comes_after_all_is_let_in_and_flagged(client, stage, hands):
    order = stage.book_begun(30)
    no_show(stage, order)
    told = scan(client, hands, order)
    assert (told["reasons"], told["order"]["status"]) == (["wrong_state"], "processing")
    settled(order)


def rival(app, stage, order):
    """Somebody who got what is left of its time."""
    bob = factories.sign_up(app, "bob@example.com")
    start = -(-int(clock.now().timestamp()) // 300) * 5 + 5
    return visit(stage.shop, bob.id, start, worker_id=order.worker_id)


def test_where_its_time_was_given_away_a_late_check_in_has_no_effect_and_is_flagged(
    app, client, stage, hands
):
    order = stage.book_begun(30)
    no_show(stage, order)
    rival(app, stage, order)
    told = scan(client, hands, order, "processing", occurred_at=ago(minutes=20))
    assert (told["result"], told["reasons"], told["signal"]) == ("flagged", ["slot_taken"], "stop")
    assert told["order"]["status"] == "no_show"
    assert settled(order).status == "no_show"
    again = scan(client, hands, order, "scanned", occurred_at=ago(minutes=10))
    assert "slot_taken" in again["reasons"]


def test_an_admin_applies_a_late_check_in_once_its_time_is_free(app, client, admin, stage, hands):
    order = stage.book_begun(30)
    no_show(stage, order)
    other = rival(app, stage, order)
    late = scan(client, hands, order, "processing", occurred_at=ago(minutes=20))
    path = f"{SCANS}/{late['event_id']}/apply"
    refused = admin.post(path, json={"reason": "She was here"})
    assert (refused.status_code, refused.json["error_code"]) == (409, "SLOT_UNAVAILABLE")
    assert settled(order).status == "no_show"
    stage.post(other.order_number, "cancel", stage.owner, {"reason": "Moved"})
    applied = admin.post(path, json={"reason": "She was here"})
    assert applied.status_code == 201, applied.text
    assert settled(order).status == "processing"


def test_what_a_device_kept_through_a_no_show_is_folded_whole(client, stage, hands):
    order = stage.book_begun(50)
    no_show(stage, order)
    upload = batch(
        event(order.label_code, "processing", occurred_at=ago(minutes=45)),
        event(order.label_code, "completed", occurred_at=ago(minutes=5)),
    )
    answer = client.post(SCANS, json=upload, headers=hands.headers).json
    assert answer["counts"]["accepted"] == 2, answer
    assert settled(order).status == "completed"


def void(client, who, event_id):
    body = {"event_id": str(uuid.uuid4()), "sent_at": ago(), "reason": "did_not_occur"}
    return client.post(f"{SCANS}/{event_id}/void", json=body, headers=who.headers)


def test_a_check_out_taken_back_takes_the_rest_of_the_time_again(client, stage, hands):
    order = stage.book_begun(20)
    scan(client, hands, order, "processing", occurred_at=ago(minutes=15))
    out = scan(client, hands, order, "completed")
    assert void(client, hands, out["event_id"]).status_code == 201
    assert settled(order).status == "processing"


def test_a_check_out_is_not_taken_back_where_the_rest_was_given_away(app, client, stage, hands):
    order = stage.book_begun(20)
    scan(client, hands, order, "processing", occurred_at=ago(minutes=15))
    out = scan(client, hands, order, "completed")
    rival(app, stage, order)
    refused = void(client, hands, out["event_id"])
    assert (refused.status_code, refused.json["error_code"]) == (409, "SLOT_UNAVAILABLE")
    assert settled(order).status == "completed"


def test_a_check_in_taken_back_leaves_a_no_show_that_came_before(client, stage, hands):
    order = stage.book_begun(30)
    no_show(stage, order)
    late = scan(client, hands, order, "processing", occurred_at=ago(minutes=20))
    assert void(client, hands, late["event_id"]).status_code == 201
    assert settled(order).status == "no_show"


def test_a_supervisor_of_another_business_takes_no_scan_back(app, client, stage, hands):
    order = stage.book_begun()
    told = scan(client, hands, order, "processing")
    other = booking.shop()
    boss = factories.device(worker_id=other.workers[0].id, profile="supervisor")
    assert void(client, boss, told["event_id"]).status_code == 403
    assert len(tracks(order_id=order.id, kind="void")) == 0


def test_workers_list_what_is_of_their_business(app, client, device, stage, hands):
    order, laundry = stage.book_begun(), factories.order()
    scan(client, hands, order, "processing")
    scan(client, device, laundry, "picked_up")
    own = client.get("/api/v1/tracks", headers=hands.headers).json
    assert {one["order_number"] for one in own} == {order.order_number}
    house = client.get("/api/v1/tracks", headers=device.headers).json
    assert {one["order_number"] for one in house} == {laundry.order_number}
    for who, foreign in ((hands, laundry), (device, order)):
        path = f"/api/v1/orders/{foreign.order_number}"
        assert client.get(path, headers=who.headers).status_code == 404
        assert client.get(f"{path}/tracks", headers=who.headers).status_code == 404


def test_a_plain_order_folds_as_ever(client, device):
    order = factories.order()
    scan(client, device, order, "picked_up")
    assert assert_truthful(order.id).status == "picked_up"
