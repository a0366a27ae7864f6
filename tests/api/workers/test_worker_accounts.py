"""V19: workers as an admin makes and changes them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import database
from app.models import Device, Worker
from tests import factories
from tests.factories import Customer, DeviceHandle

WORKERS = "/api/v1/workers"
LOGIN = "/api/v1/workers/login"
WILL = {"name": "Will", "email": "will@example.com", "password": "482913"}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("path", [WORKERS, WORKERS + "/", WORKERS + "/register"])
def test_a_new_worker_comes_with_a_token_that_is_shown_once(
    client: FlaskClient, admin: FlaskClient, path: str
) -> None:
    made = admin.post(path, json=WILL)
    assert made.status_code == 201
    assert (made.json["name"], made.json["email"]) == ("Will", "will@example.com")
    assert made.json["token"] == made.json["worker_token"]
    me = client.get("/api/v1/devices/me", headers=bearer(made.json["token"]))
    assert me.status_code == 200
    shown = admin.get(f"{WORKERS}/{made.json['id']}").json
    assert set(shown) == {"id", "name", "email", "is_active", "created_at", "updated_at"}


def test_a_worker_needs_a_name_alone(client: FlaskClient, admin: FlaskClient) -> None:
    made = admin.post(WORKERS, json={"name": "Will"})
    assert (made.status_code, made.json["email"]) == (201, None)
    login = client.post(LOGIN, json={"worker_id": made.json["id"], "password": "000000"})
    assert login.status_code == 401


@pytest.mark.parametrize("pin", ["", "1", "12345", "12345a", "abcdefg", 123456, ["123456"]])
@pytest.mark.parametrize("name", ["password", "pin"])
def test_a_pin_has_at_least_six_digits_and_a_password_eight_characters(
    admin: FlaskClient, name: str, pin: object
) -> None:
    answer = admin.post(WORKERS, json={"name": "Will", name: pin})
    assert (answer.status_code, list(answer.json["details"])) == (400, ["password"])
    assert database.db.session.scalars(select(Worker)).all() == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": None},
        {"name": 5},
        WILL | {"email": "nothing"},
        WILL | {"name": []},
    ],
)
def test_an_impossible_worker_is_refused(admin: FlaskClient, body: object) -> None:
    answer = admin.post(WORKERS, json=body)
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_ERROR")


def test_an_address_belongs_to_one_worker(admin: FlaskClient) -> None:
    admin.post(WORKERS, json=WILL)
    answer = admin.post(WORKERS, json=WILL | {"email": "WILL@example.com"})
    assert (answer.status_code, answer.json["error_code"]) == (400, "EMAIL_ALREADY_EXISTS")


def test_neither_customers_nor_devices_nor_strangers_manage_workers(
    client: FlaskClient, customer: Customer, device: DeviceHandle
) -> None:
    worker = factories.worker()
    calls = [
        ("POST", WORKERS),
        ("POST", WORKERS + "/register"),
        ("GET", WORKERS),
        ("GET", f"{WORKERS}/{worker.id}"),
        ("PUT", f"{WORKERS}/{worker.id}"),
        ("DELETE", f"{WORKERS}/{worker.id}"),
    ]
    for method, path in calls:
        for headers, status in (({}, 401), (customer.headers, 403), (device.headers, 403)):
            answer = client.open(path, method=method, headers=headers, json=WILL)
            assert answer.status_code == status, (method, path)
    assert len(database.db.session.scalars(select(Worker)).all()) == 1


def test_workers_are_listed_in_pages(admin: FlaskClient) -> None:
    names = [factories.worker().name for _ in range(3)]
    page = admin.get(WORKERS, query_string={"per_page": 2, "page": 2})
    assert [one["name"] for one in page.json] == names[2:]
    assert page.headers["X-Total-Count"] == "3"


def test_what_is_absent_stays(client: FlaskClient, admin: FlaskClient) -> None:
    made = admin.post(WORKERS, json=WILL).json
    changed = admin.put(f"{WORKERS}/{made['id']}", json={"name": "William"}).json
    assert (changed["name"], changed["email"]) == ("William", "will@example.com")
    assert client.get("/api/v1/devices/me", headers=bearer(made["token"])).status_code == 200
    login = {"email": "will@example.com", "password": "482913"}
    assert client.post(LOGIN, json=login).status_code == 200


def test_a_new_pin_ends_what_was_signed_in_with_the_old_one(
    client: FlaskClient, admin: FlaskClient
) -> None:
    made = admin.post(WORKERS, json=WILL).json
    enrolled = factories.device(worker_id=made["id"])
    admin.put(f"{WORKERS}/{made['id']}", json={"pin": "739174"})
    assert client.get("/api/v1/devices/me", headers=bearer(made["token"])).status_code == 403
    assert client.get("/api/v1/devices/me", headers=enrolled.headers).status_code == 200
    statuses = [
        client.post(LOGIN, json={"worker_id": made["id"], "password": pin}).status_code
        for pin in ("482913", "739174")
    ]
    assert statuses == [401, 200]


@pytest.mark.parametrize("body", [{"name": None}, {"is_active": "yes"}, {"password": "12345"}])
def test_an_impossible_change_is_refused(admin: FlaskClient, body: object) -> None:
    assert admin.put(f"{WORKERS}/{factories.worker().id}", json=body).status_code == 400


def test_a_deleted_worker_is_refused_everywhere_and_stays_on_record(
    client: FlaskClient, admin: FlaskClient
) -> None:
    made = admin.post(WORKERS, json=WILL).json
    assert admin.delete(f"{WORKERS}/{made['id']}").status_code == 200
    assert client.get("/api/v1/devices/me", headers=bearer(made["token"])).status_code == 401
    login = {"worker_id": made["id"], "password": "482913"}
    assert client.post(LOGIN, json=login).status_code == 401
    assert admin.get(f"{WORKERS}/{made['id']}").json["is_active"] is False
    assert admin.put(f"{WORKERS}/{made['id']}", json={"is_active": True}).status_code == 200
    assert client.post(LOGIN, json=login).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_worker_is_404(admin: FlaskClient, method: str) -> None:
    assert admin.open(f"{WORKERS}/999", method=method, json={}).status_code == 404


def test_neither_pins_nor_tokens_are_stored_in_clear(admin: FlaskClient) -> None:
    token = admin.post(WORKERS, json=WILL).json["token"]
    worker = database.db.session.scalars(select(Worker)).one()
    device = database.db.session.scalars(select(Device).where(Device.worker_id == worker.id)).one()
    assert (worker.password_hash or "").startswith("$argon2id$")
    assert device.token_digest is not None
    assert len(device.token_digest) == 32
    assert token.encode() not in device.token_digest
