"""Workers and devices under /api/v1 (contract.md V19, V20, V21c, V21d; scans.md 1)."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from app.support import clock
from tests import factories
from tests.contract.shapes import (
    DEVICE,
    ENROLLED,
    NEW_DEVICE,
    NEW_WORKER,
    SCAN,
    WORKER,
    WORKER_SIGNED_IN,
    answered,
    refused,
)

WORKERS = "/api/v1/workers"
DEVICES = "/api/v1/devices"
SCAN_PATH = "/api/v1/workers/scan"
BATCH_PATH = "/api/v1/workers/scans"
NO_EVENT = "01938f0e-6c1b-7c11-9a52-0d3f5f6e7a10"
MESSAGE = {"message": str}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def order(app):
    return factories.order(email="ada@example.com")


@pytest.fixture
def worker(app):
    hashed = app.extensions["handover_passwords"].hash("482915")
    return factories.worker("Wim", email="wim@example.com", password_hash=hashed)


@pytest.mark.parametrize("path", [WORKERS, f"{WORKERS}/register"])
def test_V19_a_worker_is_made_with_a_token_shown_once(admin, client, path):
    body = {"name": "Wim", "email": "Wim@Example.com", "pin": "482915"}
    told = answered(admin.post(path, json=body), 201, NEW_WORKER)
    assert told["token"] == told["worker_token"]
    assert (told["name"], told["email"], told["is_active"]) == ("Wim", "wim@example.com", True)
    assert client.get(f"{DEVICES}/me", headers=bearer(told["token"])).status_code == 200
    shown = answered(admin.get(f"{WORKERS}/{told['id']}"), 200, WORKER)
    answer = admin.get(WORKERS)
    assert answered(answer, 200, [WORKER]) == [shown]
    assert answer.headers["X-Total-Count"] == "1"


def test_V19_a_worker_is_changed_and_deactivated(admin, client, worker):
    path = f"{WORKERS}/{worker.id}"
    told = answered(admin.put(path, json={"name": "Willem"}), 200, WORKER)
    assert (told["name"], told["email"]) == ("Willem", "wim@example.com")
    answered(admin.delete(path), 200, MESSAGE)
    assert admin.get(path).json["is_active"] is False
    login = {"worker_id": worker.id, "password": "482915"}
    refused(client.post(f"{WORKERS}/login", json=login), 401, "INVALID_CREDENTIALS")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("name", ""),
        ("email", "x"),
        ("password", "12345"),
        ("password", "letters"),
        ("is_active", "maybe"),
    ],
    ids=repr,
)
def test_V19_a_bad_field_is_named(admin, worker, field, value):
    if field != "is_active":
        answer = admin.post(WORKERS, json={"name": "Wim", field: value})
        refused(answer, 400, "VALIDATION_ERROR", field=field)
    answer = admin.put(f"{WORKERS}/{worker.id}", json={field: value})
    refused(answer, 400, "VALIDATION_ERROR", field=field)


def test_V19_an_email_exists_once_and_an_unknown_worker_is_404(admin, worker):
    answer = admin.post(WORKERS, json={"name": "Eve", "email": "WIM@example.com"})
    refused(answer, 400, "EMAIL_ALREADY_EXISTS")
    for method in ("GET", "PUT", "DELETE"):
        answer = admin.open(f"{WORKERS}/424242", method=method, json={})
        refused(answer, 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", WORKERS),
        ("POST", f"{WORKERS}/register"),
        ("GET", WORKERS),
        ("GET", f"{WORKERS}/1"),
        ("PUT", f"{WORKERS}/1"),
        ("DELETE", f"{WORKERS}/1"),
        ("POST", DEVICES),
        ("GET", DEVICES),
        ("GET", f"{DEVICES}/1"),
        ("POST", f"{DEVICES}/1/revoke"),
        ("POST", f"{BATCH_PATH}/{NO_EVENT}/apply"),
        ("POST", f"{BATCH_PATH}/{NO_EVENT}/dismiss"),
    ],
)
def test_V19_V21c_only_an_admin_may(client, customer, device, method, path):
    body = {"name": "Mine", "reason": "mine"}
    refused(client.open(path, method=method, json=body), 401, "UNAUTHORIZED")
    for other in (customer, device):
        answer = client.open(path, method=method, json=body, headers=other.headers)
        refused(answer, 403, "PERMISSION_DENIED")


@pytest.mark.parametrize("by", ["worker_id", "email"])
def test_V20_a_worker_signs_in_on_devices_that_do_not_end_each_other(client, worker, by):
    login = {by: worker.id if by == "worker_id" else "WIM@example.com", "password": "482915"}
    tokens = []
    for _ in range(2):
        told = answered(client.post(f"{WORKERS}/login", json=login), 200, WORKER_SIGNED_IN)
        assert told["worker"] == {"id": worker.id, "name": "Wim", "email": "wim@example.com"}
        tokens.append(told["worker_token"])
    assert tokens[0] != tokens[1]
    for token in tokens:
        assert client.get(f"{DEVICES}/me", headers=bearer(token)).status_code == 200


def test_V20_unknown_wrong_and_inactive_are_told_the_same(app, client, worker):
    hashed = app.extensions["handover_passwords"].hash("482915")
    gone = factories.worker(password_hash=hashed, is_active=False)
    told = []
    for login in (
        {"worker_id": worker.id, "password": "000000"},
        {"worker_id": 424242, "password": "482915"},
        {"worker_id": gone.id, "password": "482915"},
        {"email": "nobody@example.com", "password": "482915"},
        {"email": "no address", "password": "482915"},
    ):
        answer = client.post(f"{WORKERS}/login", json=login)
        body = refused(answer, 401, "INVALID_CREDENTIALS", "Invalid credentials")
        told.append({**body, "request_id": ""})
    assert told == [told[0]] * len(told)


@pytest.mark.parametrize(
    "body", [{}, {"worker_id": 1}, {"password": "482915"}, {"worker_id": "1", "password": "x"}]
)
def test_V20_a_login_that_names_nobody_is_400(client, body):
    refused(client.post(f"{WORKERS}/login", json=body), 400, "VALIDATION_ERROR")


def test_V21c_a_device_is_prepared_listed_and_revoked(admin, client):
    body = {"name": "Counter", "station": "SHOP-1", "default_action": "picked_up"}
    made = answered(admin.post(DEVICES, json=body), 201, NEW_DEVICE)
    assert (made["name"], made["station"], made["profile"]) == ("Counter", "SHOP-1", "scan")
    assert json.loads(made["qr_payload"]) == {
        "v": 1,
        "url": "http://handover.test",
        "code": made["code"],
    }
    path = f"{DEVICES}/{made['id']}"
    shown = answered(admin.get(path), 200, DEVICE)
    assert shown in answered(admin.get(DEVICES), 200, [DEVICE])
    code = {"code": made["code"]}
    token = client.post(f"{DEVICES}/enroll", json=code).json["token"]
    revoked = answered(admin.post(f"{path}/revoke", json={}), 200, DEVICE)
    assert revoked["revoked_at"] is not None
    body = {"order_number": "NOSUCH42"}
    answer = client.post(SCAN_PATH, json=body, headers=bearer(token))
    refused(answer, 403, "DEVICE_REVOKED")
    for unknown in (admin.get(f"{DEVICES}/424242"), admin.post(f"{DEVICES}/424242/revoke")):
        refused(unknown, 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("profile", "root"),
        ("default_action", "cancelled"),
        ("worker_id", 424242),
        ("station", "x" * 65),
    ],
    ids=repr,
)
def test_V21c_a_bad_field_is_named(admin, field, value):
    answer = admin.post(DEVICES, json={"name": "Counter", field: value})
    refused(answer, 400, "VALIDATION_ERROR", field=field)


@pytest.mark.parametrize("judgement", ["apply", "dismiss"])
def test_V21c_an_admin_judges_a_scan_once(admin, client, order, worker, judgement):
    body = {"workerId": worker.id, "order_number": order.order_number, "action": "picked_up"}
    event_id = client.post("/worker/scan", json=body).json["track"]["event_id"]
    path = f"{BATCH_PATH}/{event_id}/{judgement}"
    refused(admin.post(path, json={}), 400, "VALIDATION_ERROR", field="reason")
    answer = admin.post(path, json={"reason": "seen on camera"})
    assert answer.status_code == 201
    status = "picked_up" if judgement == "apply" else "created"
    assert client.get(f"/api/v1/track/{order.label_code}").json["status"] == status
    refused(admin.post(path, json={"reason": "again"}), 409, "CONFLICT")
    nowhere = f"{BATCH_PATH}/{uuid.uuid4()}/{judgement}"
    refused(admin.post(nowhere, json={"reason": "x"}), 404, "NOT_FOUND")


def test_V21d_a_code_enrols_one_device_once(admin, client):
    made = admin.post(DEVICES, json={"name": "Counter", "station": "SHOP-1"}).json
    body = {
        "code": made["code"].lower().replace("-", " "),
        "hardware": "Zebra",
        "app": "scanner",
        "app_version": "1.0",
    }
    told = answered(client.post(f"{DEVICES}/enroll", json=body), 201, ENROLLED)
    assert (told["device_id"], told["station"]) == (made["id"], "SHOP-1")
    refused(client.post(f"{DEVICES}/enroll", json=body), 401, "INVALID_TOKEN")
    shown = admin.get(f"{DEVICES}/{made['id']}").json
    assert (shown["hardware"], shown["app"], shown["app_version"]) == ("Zebra", "scanner", "1.0")


def test_V21d_a_code_dies_after_15_minutes(admin, client):
    code = admin.post(DEVICES, json={"name": "Counter"}).json["code"]
    with time_machine.travel(clock.now() + timedelta(minutes=15, seconds=1), tick=False):
        answer = client.post(f"{DEVICES}/enroll", json={"code": code})
    refused(answer, 401, "INVALID_TOKEN")
    refused(client.post(f"{DEVICES}/enroll", json={"code": "nonsense"}), 401, "INVALID_TOKEN")
    refused(client.post(f"{DEVICES}/enroll", json={}), 400, "VALIDATION_ERROR", field="code")


def test_V21d_a_device_rolls_its_token(client, device):
    told = answered(client.post(f"{DEVICES}/roll", headers=device.headers), 200, ENROLLED)
    assert told["device_id"] == device.id
    refused(client.get(f"{DEVICES}/me", headers=device.headers), 401, "INVALID_TOKEN")
    answer = client.get(f"{DEVICES}/me", headers=bearer(told["token"]))
    shape = {
        "server_time": str,
        "station": str,
        "profile": str,
        "default_action": type(None),
        "missing_seq": [[int]],
    }
    assert answered(answer, 200, shape)["station"] == "COUNTER"


def test_V21d_a_token_dies_after_90_days_without_use(client, device):
    with time_machine.travel(clock.now() + timedelta(days=90, minutes=1), tick=False):
        answer = client.get(f"{DEVICES}/me", headers=device.headers)
    refused(answer, 401, "TOKEN_EXPIRED")


def scan(client, device, order, action: str, **more: Any) -> dict[str, Any]:
    body = {"order_number": order.order_number, "action": action, **more}
    answer = client.post(SCAN_PATH, json=body, headers=device.headers)
    return answered(answer, 201, SCAN)
