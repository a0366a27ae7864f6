"""V21c: devices as an admin prepares, sees and revokes them (scans.md 1)."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import database
from app.models import Device
from app.operations.devices.shared import SHARED_DEVICE
from tests import factories
from tests.factories import Customer, DeviceHandle

DEVICES = "/api/v1/devices"
ME = "/api/v1/devices/me"
COUNTER = {
    "name": "Counter",
    "station": "SHOP-1",
    "profile": "supervisor",
    "default_action": "picked_up",
}


def test_a_prepared_device_shows_its_code_as_text_and_as_qr(admin: FlaskClient) -> None:
    made = admin.post(DEVICES, json=COUNTER)
    assert made.status_code == 201
    assert {name: made.json[name] for name in COUNTER} == COUNTER
    assert (made.json["origin"], made.json["enrolled_at"]) == ("enrolled", None)
    assert json.loads(made.json["qr_payload"]) == {
        "v": 1,
        "url": "http://handover.test",
        "code": made.json["code"],
    }
    assert made.json["qr_svg"].startswith("<svg ")


def test_the_code_has_sixty_bits_and_is_not_stored_in_clear(admin: FlaskClient) -> None:
    codes = {admin.post(DEVICES, json=COUNTER).json["code"] for _ in range(3)}
    assert len(codes) == 3
    assert all(len(code.replace("-", "")) == 12 for code in codes)
    stored = database.db.session.scalars(
        select(Device.enrol_digest).where(Device.origin == "enrolled")
    )
    for digest in stored:
        assert digest is not None
        assert len(digest) == 32
        assert not any(code.encode() in digest for code in codes)


def test_a_device_may_be_bound_to_a_worker(admin: FlaskClient) -> None:
    worker = factories.worker()
    made = admin.post(DEVICES, json=COUNTER | {"worker_id": worker.id})
    assert made.json["worker_id"] == worker.id


def test_a_device_is_not_bound_to_nobody(admin: FlaskClient) -> None:
    gone = factories.worker(is_active=False).id
    for worker_id in (gone, 999999):
        answer = admin.post(DEVICES, json=COUNTER | {"worker_id": worker_id})
        assert (answer.status_code, list(answer.json["details"])) == (400, ["worker_id"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": None},
        COUNTER | {"profile": "admin"},
        COUNTER | {"profile": None},
        COUNTER | {"default_action": "cancelled"},
        COUNTER | {"default_action": "dance"},
        COUNTER | {"station": 5},
        COUNTER | {"station": "x" * 65},
        COUNTER | {"worker_id": "1"},
        COUNTER | {"worker_id": 2**63},
    ],
)
def test_an_impossible_device_is_refused(admin: FlaskClient, body: object) -> None:
    answer = admin.post(DEVICES, json=body)
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_ERROR")


def test_an_admin_sees_what_a_device_told_of_itself(admin: FlaskClient) -> None:
    state = {"offsets": [[1, 311]], "missing": [[1839, 1840]], "queue": 7}
    device = factories.device("Van", state=json.dumps(state), app="scanner", app_version="2.1")
    shown = admin.get(f"{DEVICES}/{device.id}").json
    assert shown["clock_offset_ms"] == 311
    assert shown["missing_seq"] == [[1839, 1840]]
    assert shown["queue_depth"] == 7
    assert shown["app_version"] == "2.1"
    assert shown["last_seen_at"] is not None
    assert not any("token" in name or "digest" in name for name in shown)
    listed = admin.get(DEVICES, query_string={"per_page": 1, "page": 2})
    assert listed.json == [shown]
    assert listed.headers["X-Total-Count"] == "2"


def test_a_device_asks_about_itself(client: FlaskClient) -> None:
    state = json.dumps({"missing": [[4, 6]]})
    device = factories.device("Van", station="VAN-1", default_action="delivered", state=state)
    told = client.get(ME, headers=device.headers).json
    assert told.pop("server_time").endswith("Z")
    assert told == {
        "station": "VAN-1",
        "profile": "scan",
        "default_action": "delivered",
        "missing_seq": [[4, 6]],
    }


def test_a_revoke_is_immediate_and_final(
    client: FlaskClient, admin: FlaskClient, device: DeviceHandle
) -> None:
    revoked = admin.post(f"{DEVICES}/{device.id}/revoke", content_type="application/json")
    assert revoked.status_code == 200
    refused = client.get(ME, headers=device.headers)
    assert (refused.status_code, refused.json["error_code"]) == (403, "DEVICE_REVOKED")
    again = admin.post(f"{DEVICES}/{device.id}/revoke")
    assert again.json["revoked_at"] == revoked.json["revoked_at"]


def test_a_revoked_device_can_no_longer_be_enrolled(
    client: FlaskClient, admin: FlaskClient
) -> None:
    made = admin.post(DEVICES, json=COUNTER).json
    admin.post(f"{DEVICES}/{made['id']}/revoke")
    assert client.post(f"{DEVICES}/enroll", json={"code": made["code"]}).status_code == 401


def test_the_shared_device_of_old_scans_is_not_revoked(admin: FlaskClient) -> None:
    answer = admin.post(f"{DEVICES}/{SHARED_DEVICE.id}/revoke")
    assert (answer.status_code, answer.json["error_code"]) == (409, "CONFLICT")
    shown = admin.get(f"{DEVICES}/{SHARED_DEVICE.id}").json
    assert (shown["name"], shown["origin"]) == (SHARED_DEVICE.name, "shared")
    assert shown["revoked_at"] is None


@pytest.mark.parametrize("path", ["/999", "/999/revoke"])
def test_an_unknown_device_is_404(admin: FlaskClient, path: str) -> None:
    method = "POST" if path.endswith("revoke") else "GET"
    assert admin.open(DEVICES + path, method=method).status_code == 404


def test_only_an_admin_manages_devices(
    client: FlaskClient, customer: Customer, device: DeviceHandle
) -> None:
    calls = [
        ("POST", DEVICES),
        ("GET", DEVICES),
        ("GET", f"{DEVICES}/{device.id}"),
        ("POST", f"{DEVICES}/{device.id}/revoke"),
    ]
    for method, path in calls:
        for headers, status in (({}, 401), (customer.headers, 403), (device.headers, 403)):
            answer = client.open(path, method=method, headers=headers, json=COUNTER)
            assert answer.status_code == status, (method, path)


def test_an_admin_session_is_no_device(admin: FlaskClient, customer: Customer) -> None:
    assert admin.get(ME).status_code == 401
    assert admin.get(ME, headers=customer.headers).status_code == 403
    assert admin.post(f"{DEVICES}/roll").status_code == 401
