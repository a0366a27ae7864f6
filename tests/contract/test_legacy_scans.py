"""Scans of old devices, in their historical spellings (contract.md L9, L24, 4 and 6)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.support.words import normal_action
from tests import factories
from tests.contract.shapes import NULL, SCANNED, answered, refused

PATHS = ("/worker/scan", "/api/tracks")
L9_AND_L24 = pytest.mark.parametrize("path", PATHS)
MISSING = "Missing required fields"
OLD_PHRASES = {
    "At Store": "created",
    "Pending": "created",
    "In Transit to Factory": "picked_up",
    "At Factory": "processing",
    "Quality Check": "processing",
    "Ready for Delivery": "completed",
    "Ready": "completed",
    "In Transit to Store": "completed",
    "Out for Delivery": "completed",
}


@pytest.fixture
def worker(app):
    return factories.worker("Wim", email="wim@example.com")


@pytest.fixture
def order(app):
    return factories.order(email="ada@example.com", channel="legacy")


def status_of(client, order) -> str:
    status: str = client.get(f"/api/v1/track/{order.label_code}").json["status"]
    return status


@L9_AND_L24
def test_L9_L24_a_device_scans_and_is_told_track_and_order(client, device, order, path):
    body = {
        "order_number": order.order_number,
        "action": "picked_up",
        "location": "Shop",
        "note": "2 bags",
    }
    told = answered(client.post(path, json=body, headers=device.headers), 200, SCANNED)
    assert told["order"] == {"order_number": order.order_number, "status": "picked_up"}
    track = told["track"]
    assert (track["order_id"], track["device_id"]) == (order.id, device.id)
    assert (track["action"], track["orderStatus"]) == ("picked_up", "picked_up")
    assert (track["location"], track["note"]) == ("Shop", "2 bags")
    assert track["scannedAt"] == track["created_at"] == track["received_at"]
    assert (track["worker_id"], track["workerId"]) == (None, None)
    assert status_of(client, order) == "picked_up"


@L9_AND_L24
@pytest.mark.parametrize(
    "key",
    [
        "order_number",
        "orderNumber",
        "qr_data",
        "qrData",
        "orderData",
        "qr",
        "code",
        "encodedData",
    ],
)
def test_L9_L24_an_order_is_named_by_any_of_its_keys(client, device, order, path, key):
    body = {key: order.order_number, "action": "picked_up"}
    told = answered(client.post(path, json=body, headers=device.headers), 200, SCANNED)
    assert told["order"]["order_number"] == order.order_number


@L9_AND_L24
def test_L9_L24_the_label_may_come_as_an_object(client, device, order, path):
    body = {"orderData": {"order_number": order.order_number}, "orderStatus": "At Factory"}
    told = answered(client.post(path, json=body, headers=device.headers), 200, SCANNED)
    assert told["order"]["status"] == "processing"


@L9_AND_L24
@pytest.mark.parametrize("key", ["email", "orderEmail"])
def test_L9_L24_an_email_means_its_only_open_order(client, device, order, path, key):
    factories.order(email="ada@example.com", status="delivered")
    body = {key: "ADA@example.com", "action": "picked_up"}
    told = answered(client.post(path, json=body, headers=device.headers), 200, SCANNED)
    assert told["order"] == {"order_number": order.order_number, "status": "picked_up"}
    assert told["track"]["order_email"] == told["track"]["orderEmail"] == "ADA@example.com"


@L9_AND_L24
@pytest.mark.parametrize("orders", [0, 2])
def test_L9_L24_an_email_never_decides_between_orders(client, device, path, orders):
    made = [factories.order(email="ada@example.com") for _ in range(orders)]
    body = {"email": "ada@example.com", "action": "picked_up"}
    told = answered(
        client.post(path, json=body, headers=device.headers), 200, SCANNED | {"order": NULL}
    )
    assert told["track"]["order_id"] is None
    assert told["track"]["order_email"] == "ada@example.com"
    assert {status_of(client, one) for one in made} <= {"created"}


@L9_AND_L24
@pytest.mark.parametrize("key", ["action", "orderStatus"])
@pytest.mark.parametrize("phrase", OLD_PHRASES)
def test_L9_L24_an_old_phrase_means_its_action(client, device, order, path, key, phrase):
    for spelled in (phrase, f" {phrase.upper().replace(' ', '-')} "):
        body = {"order_number": order.order_number, key: spelled}
        told = answered(client.post(path, json=body, headers=device.headers), 200, SCANNED)
        assert told["track"]["action"] == told["track"]["orderStatus"] == OLD_PHRASES[phrase]


@L9_AND_L24
def test_L9_L24_an_unknown_action_is_recorded_as_neutral(client, device, order, path):
    assert normal_action("teleported") is None
    body = {"order_number": order.order_number, "action": "teleported"}
    told = answered(client.post(path, json=body, headers=device.headers), 200, SCANNED)
    assert told["track"]["action"] == "scanned"
    assert told["order"]["status"] == "created"


@L9_AND_L24
def test_L9_L24_the_workers_device_speaks_for_its_worker(client, worker, order, path):
    bound = factories.device(worker_id=worker.id)
    other = factories.worker()
    body = {"order_number": order.order_number, "workerId": other.id, "action": "picked_up"}
    told = answered(client.post(path, json=body, headers=bound.headers), 200, SCANNED)
    assert told["track"]["worker_id"] == told["track"]["workerId"] == worker.id
    assert (told["track"]["result"], told["track"]["reason"]) == ("flagged", "worker_mismatch")
    assert told["order"]["status"] == "picked_up"


@L9_AND_L24
@pytest.mark.parametrize(
    "who",
    [
        lambda worker: {"worker_id": worker.id},
        lambda worker: {"workerId": str(worker.id)},
        lambda worker: {"workerName": "wim", "workerEmail": "WIM@example.com"},
    ],
    ids=["worker_id", "workerId as text", "name and e-mail"],
)
def test_L9_L24_without_a_token_a_scan_is_kept_unverified(client, worker, order, path, who):
    body = {**who(worker), "orderData": order.order_number, "action": "picked_up"}
    told = answered(client.post(path, json=body), 200, SCANNED)
    assert told["track"]["worker_id"] == worker.id
    assert (told["track"]["result"], told["track"]["reason"]) == ("flagged", "unverified")
    assert told["order"] == {"order_number": order.order_number, "status": "created"}
    assert status_of(client, order) == "created"


@L9_AND_L24
def test_L9_L24_a_made_up_worker_is_rejected_and_kept(client, worker, order, path):
    body = {"workerId": worker.id + 1, "order_number": order.order_number, "action": "picked_up"}
    told = answered(client.post(path, json=body), 200, SCANNED)
    assert (told["track"]["result"], told["track"]["reason"]) == ("rejected", "worker_unknown")
    assert status_of(client, order) == "created"


@L9_AND_L24
def test_L9_L24_the_same_values_within_30_seconds_are_one_scan(client, device, order, path):
    body = {"order_number": order.order_number, "action": "picked_up", "location": "Shop"}
    first = client.post(path, json=body, headers=device.headers).json
    again = client.post(path, json=body, headers=device.headers).json
    other = client.post(path, json={**body, "location": "Van"}, headers=device.headers).json
    assert again["track"]["id"] == first["track"]["id"]
    assert other["track"]["id"] != first["track"]["id"]


@L9_AND_L24
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "picked_up"},
        {"order_number": "", "qr_data": None, "email": "", "action": "picked_up"},
    ],
    ids=str,
)
def test_L9_L24_without_an_order_fields_are_missing(client, device, path, body):
    answer = client.post(path, json=body, headers=device.headers)
    refused(answer, 400, "VALIDATION_ERROR", MISSING)


@L9_AND_L24
@pytest.mark.parametrize("who", [{}, {"workerName": "Wim"}, {"workerEmail": "wim@example.com"}])
def test_L9_L24_without_token_and_worker_fields_are_missing(client, worker, order, path, who):
    body = {"order_number": order.order_number, "action": "picked_up", **who}
    refused(client.post(path, json=body), 400, "VALIDATION_ERROR", MISSING)


@L9_AND_L24
@pytest.mark.parametrize("token", ["hd_unknown", "x.y.z", ""])
def test_L9_L24_a_bad_token_is_401_and_never_falls_back(client, worker, order, path, token):
    body = {"workerId": worker.id, "order_number": order.order_number, "action": "picked_up"}
    answer = client.post(path, json=body, headers={"Authorization": f"Bearer {token}"})
    refused(answer, 401, "INVALID_TOKEN")


@L9_AND_L24
def test_L9_L24_a_customers_token_does_not_scan(client, customer, order, path):
    body = {"order_number": order.order_number, "action": "delivered"}
    answer = client.post(path, json=body, headers=customer.headers)
    refused(answer, 403, "PERMISSION_DENIED")


@L9_AND_L24
@pytest.mark.parametrize("text", ["NOSUCH42", "upi://pay?pa=x@y", '{"order_id": 4242}'])
def test_L9_L24_a_reference_that_names_no_order_is_404(client, device, path, text):
    body = {"orderData": text, "action": "picked_up"}
    answer = client.post(path, json=body, headers=device.headers)
    refused(answer, 404, "ORDER_NOT_FOUND", "Order not found")


@L9_AND_L24
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("orderData", "x" * 4097),
        ("orderData", ["x"]),
        ("action", 7),
        ("location", "x" * 256),
        ("note", {"a": 1}),
        ("workerId", -1),
        ("workerId", True),
        ("workerId", 10**30),
    ],
    ids=repr,
)
def test_L9_L24_a_bad_field_is_named(client, device, order, path, field, value):
    body = {"orderData": order.order_number, "action": "picked_up", field: value}
    answer = client.post(path, json=body, headers=device.headers)
    refused(answer, 400, "VALIDATION_ERROR", field=field)


def anonymous(client, worker, order, action: str) -> Any:
    body = {"workerId": worker.id, "order_number": order.order_number, "action": action}
    return client.post("/worker/scan", json=body)


def test_LEGACY_SCAN_record_keeps_and_never_changes_an_order(make_app, worker, order):
    client = make_app(LEGACY_SCAN="record").test_client()
    told = answered(anonymous(client, worker, order, "picked_up"), 200, SCANNED)
    assert told["order"]["status"] == status_of(client, order) == "created"


@L9_AND_L24
def test_LEGACY_SCAN_token_refuses_scans_without_one(make_app, worker, order, device, path):
    client = make_app(LEGACY_SCAN="token").test_client()
    body = {"workerId": worker.id, "order_number": order.order_number, "action": "picked_up"}
    refused(client.post(path, json=body), 401, "UNAUTHORIZED")
    assert client.post(path, json=body, headers=device.headers).status_code == 200


def test_LEGACY_SCAN_apply_moves_orders_as_the_old_server_did(make_app, worker, order):
    client = make_app(LEGACY_SCAN="apply").test_client()
    told = answered(anonymous(client, worker, order, "At Factory"), 200, SCANNED)
    assert told["order"]["status"] == status_of(client, order) == "processing"


def test_LEGACY_SCAN_apply_may_neither_deliver_nor_cancel(make_app, worker, order):
    client = make_app(LEGACY_SCAN="apply").test_client()
    for action in ("delivered", "cancelled"):
        told = answered(anonymous(client, worker, order, action), 200, SCANNED)
        assert told["order"]["status"] == "created"
    assert status_of(client, order) == "created"


def test_LEGACY_SCAN_apply_warns_when_it_starts(make_app, capsys):
    make_app(LEGACY_SCAN="record")
    assert "LEGACY_SCAN" not in capsys.readouterr().err.upper()
    make_app(LEGACY_SCAN="apply")
    assert "LEGACY_SCAN" in capsys.readouterr().err.upper()


def test_a_label_text_never_returns_to_the_client(client, device):
    text = json.dumps({"order_number": "NOSUCH42", "customerName": "Ada Lovelace"})
    answer = client.post(
        "/worker/scan", json={"orderData": text, "action": "ready"}, headers=device.headers
    )
    assert "Lovelace" not in answer.text
