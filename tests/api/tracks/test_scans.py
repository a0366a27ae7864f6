"""Single scans over HTTP (scans.md 3-6)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import OrderAlias
from app.support import clock
from app.support.label_codes import new_label_code
from tests import factories
from tests.rows import writing
from tests.scanning import SCAN, aged_order, ago, assert_truthful, long_form, order_of, tracks


def scan(client, device, body, **headers):
    return client.post(SCAN, json=body, headers=device.headers | headers)


def test_a_scan_moves_its_order_and_is_answered_in_full(client, device):
    order = factories.order()
    body = long_form(order.label_code, "picked_up", seq=1)
    answer = client.post("/api/v1/workers/scan", json=body, headers=device.headers)
    assert answer.status_code == 201
    told = answer.json
    assert told["event_id"] == body["event_id"]
    assert (told["result"], told["reason"], told["reasons"]) == ("accepted", None, [])
    assert told["signal"] == "ok"
    assert told["replayed"] is False
    assert told["order"]["order_number"] == order.order_number
    assert told["order"]["status"] == "picked_up"
    assert told["order"]["next"] == ["processing"]
    assert told["transition"] == {
        "from": "created",
        "to": "picked_up",
        "applied": True,
        "skipped": [],
    }
    assert told["time"]["clock"] == "trusted"
    assert told["track"]["id"] == told["scan_id"]
    assert order_of(order.id).status == "picked_up"
    assert order_of(order.id).version == 2


def test_the_same_key_again_answers_the_same_verdict_and_changes_nothing(client, device):
    order = factories.order()
    body = long_form(order.label_code, "picked_up")
    first = client.post("/api/v1/workers/scan", json=body, headers=device.headers)
    again = client.post("/api/v1/workers/scan", json=body, headers=device.headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == {**first.json, "replayed": True}
    assert len(tracks()) == 1
    assert order_of(order.id).version == 2


def test_a_key_with_other_content_is_a_conflict(client, device):
    order = factories.order()
    body = long_form(order.label_code, "picked_up")
    client.post("/api/v1/workers/scan", json=body, headers=device.headers)
    other = {**body, "action": "processing"}
    answer = client.post("/api/v1/workers/scan", json=other, headers=device.headers)
    assert answer.status_code == 409
    assert answer.json["error_code"] == "IDEMPOTENCY_CONFLICT"
    assert len(tracks()) == 1


def test_scans_out_of_order_come_to_the_same_status(client, device):
    order = factories.order(created_at=clock.now() - timedelta(hours=3))
    now = clock.now()
    for minutes, action in ((10, "completed"), (30, "picked_up"), (20, "processing")):
        at = clock.instant_text(now - timedelta(minutes=minutes))
        body = long_form(order.label_code, action, occurred_at=at)
        answer = client.post("/api/v1/workers/scan", json=body, headers=device.headers)
        assert answer.status_code == 201, answer.text
    assert order_of(order.id).status == "completed"
    assert answer.json["reasons"] == ["late_no_change"]
    assert answer.json["transition"]["from"] == "picked_up"
    assert order_of(order.id).status_since == now - timedelta(minutes=10)


# --- the long form ----------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["event_id", "code", "occurred_at", "sent_at"])
def test_the_long_form_needs_its_key_its_code_and_its_times(client, device, field):
    body = long_form(aged_order().label_code)
    del body[field]
    answer = scan(client, device, body)
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_ERROR")
    assert list(answer.json["details"]) == [field]
    assert tracks() == []


def test_everything_that_a_device_says_is_stored_and_told_back(client, device):
    worker = factories.worker()
    order = aged_order(piece_count=5)
    body = long_form(
        order.label_code,
        "processing",
        source="qr",
        seq=1841,
        mono={"boot": "b7", "at": 91_234_567, "now": 96_257_156},
        worker_id=worker.id,
        location={"code": "PLANT-1", "lat": 48.1, "lon": 11.5, "acc_m": 20},
        pieces={"n": 2, "of": 5},
        note="Ärmel gerissen 🧵",
    )
    answer = scan(client, device, body)
    assert answer.status_code == 201, answer.text
    told = answer.json
    assert told["order"]["pieces"] == {"seen": 1, "of": 5}
    assert told["message"] == f"{order.order_number}: processing started (pickup scan missing)"
    assert told["transition"]["skipped"] == ["picked_up"]
    assert (told["reason"], told["signal"]) == ("skipped_states", "warn")
    assert (told["track"]["worker_id"], told["track"]["note"]) == (worker.id, body["note"])
    (row,) = tracks()
    assert (row.lat_e6, row.lon_e6, row.location) == (48_100_000, 11_500_000, "PLANT-1")
    assert (row.seq, row.piece, row.source, row.device_id) == (1841, 2, "qr", device.id)
    assert (order_of(order.id).custodian_id, order_of(order.id).location) == (worker.id, "PLANT-1")


@pytest.mark.parametrize("action", [None, "auto", "AUTO", ""])
def test_without_an_action_the_devices_default_counts(client, action):
    device = factories.device(default_action="completed")
    answer = scan(client, device, long_form(aged_order().label_code, action))
    assert answer.json["order"]["status"] == "completed"


def test_without_any_default_the_scan_is_neutral(client, device):
    answer = scan(client, device, long_form(aged_order().label_code, None))
    assert (answer.json["track"]["action"], answer.json["result"]) == ("scanned", "accepted")
    assert answer.json["order"]["status"] == "created"


@pytest.mark.parametrize(
    ("phrase", "action"),
    [
        ("At Factory", "processing"),
        ("Ready for Delivery", "completed"),
        (" PICKED-UP ", "picked_up"),
        ("Out for Delivery", "completed"),
        ("scanned", "scanned"),
    ],
)
def test_actions_are_normalised_and_old_phrases_map(client, device, phrase, action):
    answer = scan(client, device, long_form(aged_order().label_code, phrase))
    assert answer.json["track"]["action"] == action


@pytest.mark.parametrize("action", ["teleported", "cancelled", "cancel", 7, True, ["picked_up"]])
@pytest.mark.parametrize("form", ["long", "short"])
def test_an_unknown_action_is_refused_and_nothing_is_stored(client, device, action, form):
    order = aged_order()
    body = long_form(order.label_code, action)
    if form == "short":
        body = {"order_number": order.order_number, "action": action}
    answer = scan(client, device, body)
    assert (answer.status_code, list(answer.json["details"])) == (400, ["action"])
    assert tracks() == []


def test_a_replay_ignores_when_it_was_sent_and_the_uptime(client, device):
    body = long_form(aged_order().label_code, mono={"boot": "b", "at": 1, "now": 2})
    first = scan(client, device, body)
    again = scan(client, device, body | {"sent_at": ago(seconds=-1), "mono": None})
    assert (again.status_code, again.json) == (200, {**first.json, "replayed": True})


def test_a_replay_from_another_device_is_a_replay(client, device):
    body = long_form(aged_order().label_code)
    assert scan(client, device, body).status_code == 201
    assert scan(client, factories.device(), body).status_code == 200
    assert len(tracks()) == 1


CONTENT = {
    "code": "another label",
    "action": "processing",
    "occurred_at": "2026-11-20T05:00:00Z",
    "seq": 8,
    "worker_id": 9,
    "location": "VAN",
    "pieces": {"n": 1},
    "note": "else",
}


@pytest.mark.parametrize("field", CONTENT)
def test_a_key_stands_for_all_of_its_content(client, device, field):
    body = long_form(aged_order().label_code)
    scan(client, device, body)
    answer = scan(client, device, body | {field: CONTENT[field]})
    assert (answer.status_code, answer.json["error_code"]) == (409, "IDEMPOTENCY_CONFLICT")


def test_a_replay_tells_the_old_verdict_after_the_order_went_on(client, device):
    order = aged_order()
    body = long_form(order.label_code, "picked_up")
    first = scan(client, device, body)
    scan(client, device, long_form(order.label_code, "delivered"))
    again = scan(client, device, body)
    assert again.json == {**first.json, "replayed": True}
    assert assert_truthful(order.id).status == "delivered"


def test_a_double_read_is_accepted(client, device):
    order = aged_order()
    scan(client, device, long_form(order.label_code, "scanned"))
    answer = scan(client, device, long_form(order.label_code, "scanned"))
    assert (answer.json["result"], answer.json["reasons"]) == ("accepted", ["double_read"])
    other = scan(client, factories.device(), long_form(order.label_code, "scanned"))
    assert other.json["reasons"] == []


def test_a_double_read_is_no_business_repeat(client, device):
    order = aged_order()
    scan(client, device, long_form(order.label_code, "picked_up"))
    answer = scan(client, device, long_form(order.label_code, "picked_up"))
    assert (answer.json["result"], answer.json["reasons"]) == ("accepted", ["double_read"])
    assert (answer.json["signal"], answer.json["first_seen"]) == ("ok", None)
    other = scan(client, factories.device(), long_form(order.label_code, "picked_up"))
    assert other.json["reasons"] == ["already_in_state"]
    assert assert_truthful(order.id).status == "picked_up"


def test_a_double_read_after_the_end_still_stops(client, device):
    order = aged_order(status="delivered")
    scan(client, device, long_form(order.label_code, "picked_up"))
    answer = scan(client, device, long_form(order.label_code, "picked_up"))
    assert answer.json["reasons"] == ["after_terminal", "double_read"]
    assert answer.json["signal"] == "stop"


def test_a_business_repeat_says_when_it_was_first_so(client, device):
    order = aged_order()
    first = scan(client, device, long_form(order.label_code, occurred_at=ago(minutes=9)))
    answer = scan(client, device, long_form(order.label_code))
    assert (answer.json["result"], answer.json["reason"]) == ("flagged", "already_in_state")
    assert answer.json["first_seen"] == first.json["time"]["effective_at"]


# --- labels and workers -----------------------------------------------------------------------------


def test_a_label_that_was_replaced_still_scans_and_says_so(client, device):
    order, replaced = aged_order(), new_label_code()
    with writing() as session:
        session.add(OrderAlias(alias=replaced, order_id=order.id, kind="label"))
    answer = scan(client, device, long_form(f"http://old.example/T/{replaced}"))
    assert (answer.json["reasons"], answer.json["result"]) == (["superseded_label"], "flagged")
    assert assert_truthful(order.id).status == "picked_up"


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda code: code[:-1] + ("B" if code[-1] != "B" else "C"), "bad_check"),
        (lambda _: new_label_code(), "unknown_code"),
        (lambda _: "upi://pay?pa=x@y", "foreign_label"),
        (lambda _: "https://elsewhere.example/orders/7", "foreign_label"),
    ],
)
def test_a_wrong_label_is_recorded_and_rejected(client, device, spoil, reason):
    code = spoil(aged_order().label_code)
    answer = scan(client, device, long_form(code))
    assert (answer.status_code, answer.json["result"]) == (201, "rejected")
    assert (answer.json["reason"], answer.json["order"]) == (reason, None)
    assert answer.json["signal"] == "stop"
    (row,) = tracks()
    assert code not in str({key: value for key, value in vars(row).items() if key != "id"})


def test_the_worker_of_a_bound_device_is_never_another(client):
    worker, other = factories.worker(), factories.worker()
    device = factories.device(worker_id=worker.id)
    answer = scan(client, device, long_form(aged_order().label_code, worker_id=other.id))
    assert answer.json["reasons"] == ["worker_mismatch"]
    assert answer.json["track"]["worker_id"] == worker.id
    own = scan(client, device, long_form(aged_order().label_code, worker_id=worker.id))
    assert own.json["reasons"] == []


@pytest.mark.parametrize("which", ["made up", "deactivated"])
def test_a_scan_by_an_unknown_worker_has_no_effect(client, device, which):
    worker_id = 10**12 if which == "made up" else factories.worker(is_active=False).id
    order = aged_order()
    answer = scan(client, device, long_form(order.label_code, worker_id=worker_id))
    assert (answer.status_code, answer.json["result"]) == (201, "rejected")
    assert (answer.json["reason"], answer.json["track"]["worker_id"]) == ("worker_unknown", None)
    assert assert_truthful(order.id).status == "created"
