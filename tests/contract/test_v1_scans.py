"""Scans, batches and corrections (contract.md V21, V21b; scans.md 3, 7, 8)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from app.support import clock
from tests import factories
from tests.contract.shapes import (
    SCAN,
    SCAN_OF_NOTHING,
    answered,
    refused,
)

DEVICES = "/api/v1/devices"
SCAN_PATH = "/api/v1/workers/scan"
BATCH_PATH = "/api/v1/workers/scans"
BATCH = {
    "batch": str,
    "counts": dict.fromkeys(("accepted", "flagged", "rejected", "replayed", "error"), int),
    "results": [dict],
    "missing_seq": [[int]],
}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def long_form(code: str, action: str | None = "picked_up", **more: Any) -> dict[str, Any]:
    now = clock.instant_text(clock.now())
    body = {"event_id": str(uuid.uuid4()), "code": code, "occurred_at": now, "sent_at": now}
    return {**body, "action": action, **more}


@pytest.fixture
def order(app):
    return factories.order(email="ada@example.com")


def test_V21_the_long_form_is_201_and_its_replay_200(client, device, order):
    body = long_form(
        order.label_code,
        seq=1841,
        source="qr",
        mono={"boot": "b7", "at": 1, "now": 2},
        location={"code": "PLANT-1", "lat": 48.1, "lon": 11.5, "acc_m": 20},
        pieces={"n": 1, "of": 1},
        note="torn",
    )
    told = answered(client.post(SCAN_PATH, json=body, headers=device.headers), 201, SCAN)
    assert (told["event_id"], told["result"], told["reason"]) == (
        body["event_id"],
        "accepted",
        None,
    )
    assert told["order"]["status"] == "picked_up"
    assert told["order"]["next"] == ["processing"]
    assert told["track"]["location"] == "PLANT-1"
    again = answered(client.post(SCAN_PATH, json=body, headers=device.headers), 200, SCAN)
    assert again == {**told, "replayed": True}
    other = {**body, "note": "other"}
    answer = client.post(SCAN_PATH, json=other, headers=device.headers)
    refused(answer, 409, "IDEMPOTENCY_CONFLICT")


@pytest.mark.parametrize("key", ["order_number", "qr_data"])
def test_V21_the_short_form_always_works(client, device, order, key):
    body = {key: order.order_number, "action": "At Factory", "location": "Shop", "note": "torn"}
    headers = {**device.headers, "Idempotency-Key": "my key"}
    told = answered(client.post(SCAN_PATH, json=body, headers=headers), 201, SCAN)
    assert (told["order"]["status"], told["track"]["action"]) == ("processing", "processing")
    assert told["transition"]["skipped"] == ["picked_up"]
    again = answered(client.post(SCAN_PATH, json=body, headers=headers), 200, SCAN)
    assert again == {**told, "replayed": True}


def test_V21_a_label_of_no_order_is_recorded_in_the_long_form(client, device):
    answer = client.post(SCAN_PATH, json=long_form("upi://pay?pa=x@y"), headers=device.headers)
    told = answered(answer, 201, SCAN_OF_NOTHING)
    assert (told["result"], told["reason"], told["signal"]) == ("rejected", "foreign_label", "stop")


def test_V21_the_short_form_tells_no_order_from_no_label(client, device):
    for text, status, code in (
        ("NOSUCH42", 404, "ORDER_NOT_FOUND"),
        ("upi://pay?pa=x@y", 400, "VALIDATION_ERROR"),
    ):
        body = {"qr_data": text, "action": "picked_up"}
        refused(client.post(SCAN_PATH, json=body, headers=device.headers), status, code)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"action": "teleported"}, "action"),
        ({"action": "cancelled"}, "action"),
        ({"action": 7}, "action"),
        ({"code": ""}, "code"),
        ({"code": "x" * 4097}, "code"),
        ({"event_id": "7"}, "event_id"),
        ({"occurred_at": "2026-11-20 06:39"}, "occurred_at"),
        ({"occurred_at": None}, "occurred_at"),
        ({"sent_at": "yesterday"}, "sent_at"),
        ({"seq": -1}, "seq"),
        ({"location": {"lat": 91, "lon": 0}}, "location.lat"),
        ({"pieces": {"n": 0}}, "pieces.n"),
        ({"force": {"reason": "because"}}, "force"),
    ],
    ids=str,
)
def test_V21_a_bad_field_is_named(client, device, order, change, field):
    body = {**long_form(order.label_code), **change}
    answer = client.post(SCAN_PATH, json=body, headers=device.headers)
    refused(answer, 400, "VALIDATION_ERROR", field=field)


@pytest.mark.parametrize("path", [SCAN_PATH, BATCH_PATH, f"{DEVICES}/roll"])
def test_V21_V21b_V21d_only_a_device_may(client, admin, customer, path):
    refused(client.post(path, json={}), 401, "UNAUTHORIZED")
    refused(client.post(path, json={}, headers=bearer("hd_unknown")), 401, "INVALID_TOKEN")
    refused(client.post(path, json={}, headers=customer.headers), 403, "PERMISSION_DENIED")
    refused(admin.post(path, json={}), 401, "UNAUTHORIZED")


def test_V21b_a_batch_answers_each_event_in_its_order(client, device, order):
    good, foreign = long_form(order.label_code), long_form("upi://pay")
    bad = {**long_form(order.label_code), "action": "teleported"}
    body = {"sent_at": good["sent_at"], "events": [good, bad, foreign, good]}
    answer = client.post(BATCH_PATH, json=body, headers=device.headers)
    told = answered(answer, 200, BATCH)
    assert answer.headers["Scan-Batch-Limit"] == "500"
    assert told["batch"] == "partial"
    assert told["counts"] == {
        "accepted": 1,
        "flagged": 0,
        "rejected": 1,
        "replayed": 1,
        "error": 1,
    }
    first, second, third, fourth = told["results"]
    assert (first["event_id"], first["replayed"]) == (good["event_id"], False)
    assert (second["event_id"], second["error"], second["field"]) == (
        bad["event_id"],
        "VALIDATION_ERROR",
        "action",
    )
    assert set(second) == {"event_id", "error", "field", "message"}
    assert third["reason"] == "foreign_label"
    assert fourth == {**first, "replayed": True}


def test_V21b_more_than_500_events_or_1_MiB_are_too_much(client, device):
    now = clock.instant_text(clock.now())
    body = {"sent_at": now, "events": [{}] * 501}
    refused(client.post(BATCH_PATH, json=body, headers=device.headers), 413, "TOO_LARGE")
    body = {"sent_at": now, "events": [], "padding": "x" * 1024 * 1024}
    refused(client.post(BATCH_PATH, json=body, headers=device.headers), 413, "TOO_LARGE")


@pytest.mark.parametrize("change", [{"sent_at": None}, {"events": None}, {"events": {}}], ids=str)
def test_V21b_a_batch_without_its_fields_is_400(client, device, change):
    body = {"sent_at": clock.instant_text(clock.now()), "events": [], **change}
    answer = client.post(BATCH_PATH, json=body, headers=device.headers)
    refused(answer, 400, "VALIDATION_ERROR", field=next(iter(change)))


def test_V21b_a_scan_is_taken_back(client, device, order):
    body = long_form(order.label_code)
    supervisor = factories.device(profile="supervisor")
    client.post(SCAN_PATH, json=body, headers=device.headers)
    void = {"event_id": str(uuid.uuid4()), "reason": "did_not_occur"}
    path = f"{BATCH_PATH}/{body['event_id']}/void"
    answer = client.post(path, json=void, headers=supervisor.headers)
    assert answer.status_code == 201
    assert answer.json["order"]["status"] == "created"
    assert client.post(path, json=void, headers=supervisor.headers).status_code == 200
    nowhere = f"{BATCH_PATH}/{uuid.uuid4()}/void"
    again = {**void, "event_id": str(uuid.uuid4())}
    refused(client.post(nowhere, json=again, headers=supervisor.headers), 404, "NOT_FOUND")
