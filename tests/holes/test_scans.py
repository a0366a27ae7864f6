"""Holes of the old servers' scans, each shown to be absent."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import database
from app.models import Order, Track
from app.support import clock
from tests import factories
from tests.factories import Customer, DeviceHandle
from tests.holes.world import stored

SCAN = "/api/v1/workers/scan"
OLD_ORIGINS = ("null", "file://", "app://.", "http://localhost:5173")


def tracks() -> list[Track]:
    with database.transaction(write=False) as session:
        return session.query(Track).order_by(Track.id).all()


@pytest.mark.parametrize("policy", ["record", "token", "apply"])
def test_hole_a_scan_by_a_made_up_worker_moves_no_order(make_app, policy: str) -> None:
    client = make_app(LEGACY_SCAN=policy).test_client()
    order = factories.order()
    gone = factories.worker("Gone", email="gone@example.com", is_active=False)
    workers = [
        {"workerName": "Nobody", "workerEmail": "nobody@example.com"},
        {"workerName": "Nobody", "workerEmail": gone.email},
        {"workerName": gone.name, "workerEmail": gone.email},
        {"worker_id": gone.id},
        {"workerId": 999_999},
        {"worker_id": "9" * 18},
    ]
    for who in workers:
        body = {**who, "order_number": order.order_number, "action": "picked_up"}
        for path in ("/worker/scan", "/api/tracks"):
            assert client.post(path, json=body).status_code in (200, 401)
    assert stored(Order, order.id).status == "created"
    assert {one.result for one in tracks()} <= {"rejected", "flagged"}


def test_hole_a_device_names_no_worker_who_does_not_exist(
    client: FlaskClient, device: DeviceHandle
) -> None:
    order = factories.order()
    body = {"order_number": order.order_number, "action": "picked_up", "worker_id": 999_999}
    answer = client.post(SCAN, json=body, headers=device.headers)
    assert (answer.status_code, answer.json["result"]) == (201, "rejected")
    assert "worker_unknown" in answer.json["reasons"]
    assert stored(Order, order.id).status == "created"


def test_hole_an_unknown_action_is_refused_by_v1_and_neutral_for_old_devices(
    client: FlaskClient, device: DeviceHandle
) -> None:
    order = factories.order()
    for action in ("teleported", "DELETE", "delivered;", "cancelled", 7, ["delivered"], {"a": 1}):
        body = {"order_number": order.order_number, "action": action}
        assert client.post(SCAN, json=body, headers=device.headers).status_code == 400
    assert tracks() == []
    body = {"order_number": order.order_number, "action": "teleported"}
    old = client.post("/worker/scan", json=body, headers=device.headers)
    assert (old.status_code, old.json["track"]["action"]) == (200, "scanned")
    assert stored(Order, order.id).status == "created"


def test_hole_a_delivered_order_is_not_picked_up_again(
    client: FlaskClient, device: DeviceHandle
) -> None:
    order = factories.order()
    told = [
        client.post(
            SCAN,
            json={"order_number": order.order_number, "action": action},
            headers=device.headers,
        ).json
        for action in ("delivered", "picked_up", "created", "processing")
    ]
    assert [one["order"]["status"] for one in told] == ["delivered"] * 4
    assert all("after_terminal" in one["reasons"] for one in told[1:])
    assert stored(Order, order.id).status == "delivered"


def test_hole_a_cancelled_order_is_not_revived(
    client: FlaskClient, device: DeviceHandle, customer: Customer, admin: FlaskClient
) -> None:
    order = factories.order(customer_id=customer.id)
    path = f"/api/v1/orders/{order.order_number}"
    cancelled = client.put(path, json={"status": "cancelled"}, headers=customer.headers)
    assert cancelled.json["status"] == "cancelled"
    for action in ("picked_up", "delivered"):
        body = {"order_number": order.order_number, "action": action}
        told = client.post(SCAN, json=body, headers=device.headers).json
        assert (told["order"]["status"], told["reason"]) == ("cancelled", "order_cancelled")
    for changes in ({"status": "created"}, {"instructions": "Alive"}):
        assert client.put(path, json=changes, headers=customer.headers).status_code in (400, 409)
    old = f"/admin/api/orders/{order.order_number}"
    assert admin.put(old, json={"status": "created"}).status_code == 409
    assert stored(Order, order.id).status == "cancelled"


def test_hole_a_label_is_read_and_never_run(
    client: FlaskClient, device: DeviceHandle, tmp_path: Path
) -> None:
    order, mark = factories.order(), tmp_path / "run"
    touch = f"open({str(mark)!r}, 'w')"
    texts = [
        touch,
        f"{{'order_number': {touch}}}",
        f"{{'order_number': '{order.order_number}', 'x': __import__('os').system('touch {mark}')}}",
        f"[{touch} for _ in (1,)]",
        f"{{**{{'order_number': '{order.order_number}'}}, 'x': {touch}}}",
        f"{{'order_number': f'{{{touch}}}'}}",
        "{'order_number': 9**9**9**9}",
        "{'a': " * 500,
        f'{{"__class__": "{mark}", "order_number": "{{{{7*7}}}}"}}',
        "!!python/object/apply:os.system ['touch x']",
    ]
    began = time.monotonic()
    for text in texts:
        for body in ({"qr_data": text, "action": "picked_up"}, {"code": text}):
            answer = client.post(SCAN, json=body, headers=device.headers)
            assert answer.status_code in (201, 400, 404), text
        old = {"orderData": text, "worker_id": 1}
        assert client.post("/api/tracks", json=old, headers=device.headers).status_code in (
            200,
            404,
        )
    assert not mark.exists()
    assert time.monotonic() - began < 20


def test_hole_no_microsecond_is_lost(client: FlaskClient, device: DeviceHandle) -> None:
    sent = clock.now().replace(microsecond=123_457)
    at = sent - timedelta(seconds=2)
    order = factories.order(created_at=sent - timedelta(days=1))
    body = {
        "event_id": str(uuid.uuid4()),
        "code": order.label_code,
        "action": "picked_up",
        "occurred_at": clock.instant_text(at),
        "sent_at": clock.instant_text(sent),
    }
    told = client.post(SCAN, json=body, headers=device.headers).json
    assert told["time"]["occurred_at"] == clock.instant_text(at)
    assert told["time"]["occurred_at"].endswith(".123457Z")
    assert stored(Order, order.id).created_at == sent - timedelta(days=1)
    (track,) = tracks()
    assert track.occurred_at == at
    path = f"/api/v1/tracks/order/{order.id}"
    (shown,) = client.get(path, headers=device.headers).json
    assert shown["effective_at"] == told["time"]["effective_at"]
