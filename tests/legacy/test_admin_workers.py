"""L22b: workers as the admin's old pages manage them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.factories import Customer, DeviceHandle

WORKERS = "/admin/api/workers"
WILL = {"name": "Will", "email": "will@example.com", "password": "482913"}
SHAPE = {"id", "name", "email", "is_active", "created_at", "createdAt", "updated_at"}


def test_a_new_worker_comes_with_a_token_shown_once(
    client: FlaskClient, admin: FlaskClient
) -> None:
    made = admin.post(WORKERS, json=WILL)
    assert (made.status_code, made.json["message"]) == (201, "Created")
    headers = {"Authorization": f"Bearer {made.json['token']}"}
    assert client.get("/api/v1/devices/me", headers=headers).status_code == 200
    login = {"email": "will@example.com", "password": "482913"}
    assert client.post("/employee/login", json=login).status_code == 200
    assert set(admin.get(f"{WORKERS}/{made.json['id']}").json) == SHAPE


@pytest.mark.parametrize("path", [WORKERS, WORKERS + "/"])
def test_workers_are_a_bare_array(admin: FlaskClient, path: str) -> None:
    names = [factories.worker().name, factories.worker(is_active=False).name]
    rows = admin.get(path).json
    assert [row["name"] for row in rows] == names
    assert all(set(row) == SHAPE for row in rows)


def test_fields_left_empty_in_a_form_are_absent(admin: FlaskClient) -> None:
    made = admin.post(WORKERS, json={"name": "Will", "email": "", "password": ""})
    assert (made.status_code, made.json["email"]) == (201, None)


@pytest.mark.parametrize("name", [None, "", "absent"])
def test_a_new_worker_needs_a_name(admin: FlaskClient, name: object) -> None:
    body = {} if name == "absent" else {"name": name}
    answer = admin.post(WORKERS, json=body)
    assert (answer.status_code, answer.json["error"]) == (400, "Missing fields")


def test_a_short_pin_is_refused(admin: FlaskClient) -> None:
    assert admin.post(WORKERS, json=WILL | {"password": "1234"}).status_code == 400
    worker = factories.worker().id
    assert admin.put(f"{WORKERS}/{worker}", json={"password": "1234"}).status_code == 400


def test_an_address_belongs_to_one_worker(admin: FlaskClient) -> None:
    admin.post(WORKERS, json=WILL)
    answer = admin.post(WORKERS, json=WILL)
    assert (answer.status_code, answer.json["error"]) == (400, "Email exists")


@pytest.mark.parametrize("spelling", ["is_active", "isActive"])
def test_a_change_keeps_what_is_absent(admin: FlaskClient, spelling: str) -> None:
    made = admin.post(WORKERS, json=WILL).json
    changed = admin.put(f"{WORKERS}/{made['id']}", json={spelling: False})
    assert (changed.status_code, changed.json["message"]) == (200, "Updated")
    assert (changed.json["name"], changed.json["is_active"]) == ("Will", False)


def test_a_deleted_worker_is_deactivated(client: FlaskClient, admin: FlaskClient) -> None:
    made = admin.post(WORKERS, json=WILL).json
    answer = admin.delete(f"{WORKERS}/{made['id']}")
    assert (answer.status_code, answer.json) == (200, {"message": "Worker deleted"})
    login = {"email": "will@example.com", "password": "482913"}
    assert client.post("/employee/login", json=login).status_code == 401


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_worker_is_404(admin: FlaskClient, method: str) -> None:
    assert admin.open(f"{WORKERS}/999", method=method, json={}).status_code == 404


def test_only_an_admins_session_comes_here(
    client: FlaskClient, customer: Customer, device: DeviceHandle
) -> None:
    worker = factories.worker().id
    calls = [
        ("GET", WORKERS),
        ("POST", WORKERS),
        ("GET", f"{WORKERS}/{worker}"),
        ("PUT", f"{WORKERS}/{worker}"),
        ("DELETE", f"{WORKERS}/{worker}"),
    ]
    for method, path in calls:
        for headers, status in (({}, 401), (customer.headers, 403), (device.headers, 403)):
            answer = client.open(path, method=method, headers=headers, json=WILL)
            assert answer.status_code == status, (method, path)
