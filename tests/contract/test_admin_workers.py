"""Workers as the admin's old pages ask for them (contract.md L22b)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.shapes import (
    OLD_WORKER,
    answered,
    refused,
)

MESSAGE = {"message": str}
WORKERS = "/admin/api/workers"
NOBODYS = 424242


def make_worker(admin, **changes: Any) -> dict[str, Any]:
    body = {"name": "Wim", "email": "Wim@Example.com", "password": "482915", **changes}
    answer = admin.post(WORKERS, json=body)
    told: dict[str, Any] = answered(
        answer, 201, MESSAGE | OLD_WORKER | {"token": str, "worker_token": str}
    )
    return told


def test_L22b_a_worker_is_made_with_a_token_that_is_shown_once(admin, client):
    told = make_worker(admin)
    assert (told["message"], told["name"], told["email"]) == ("Created", "Wim", "wim@example.com")
    assert told["token"] == told["worker_token"]
    assert told["createdAt"] == told["created_at"]
    headers = {"Authorization": f"Bearer {told['token']}"}
    assert client.get("/api/v1/devices/me", headers=headers).status_code == 200
    (listed,) = answered(admin.get(WORKERS), 200, [OLD_WORKER])
    assert listed == answered(admin.get(f"{WORKERS}/{told['id']}"), 200, OLD_WORKER)
    login = {"email": "wim@example.com", "password": "482915"}
    assert client.post("/employee/login", json=login).status_code == 200


def test_L22b_a_worker_needs_but_a_name(admin):
    told = make_worker(admin, email="", password="")
    assert told["email"] is None


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({"name": "Willem"}, {"name": "Willem"}),
        ({"email": "W@Example.com"}, {"email": "w@example.com"}),
        ({"is_active": False}, {"is_active": False}),
        ({"isActive": False}, {"is_active": False}),
        ({"password": ""}, {}),
        ({}, {}),
    ],
    ids=str,
)
def test_L22b_what_is_absent_stays(admin, given, changed):
    made = make_worker(admin)
    before = admin.get(f"{WORKERS}/{made['id']}").json
    told = answered(admin.put(f"{WORKERS}/{made['id']}", json=given), 200, MESSAGE | OLD_WORKER)
    assert {**told, "updated_at": 0} == {"message": "Updated", **before, **changed, "updated_at": 0}


def test_L22b_a_deleted_worker_is_out_at_once(admin, client):
    made = make_worker(admin)
    answer = admin.delete(f"{WORKERS}/{made['id']}")
    assert answered(answer, 200, MESSAGE) == {"message": "Worker deleted"}
    assert admin.get(f"{WORKERS}/{made['id']}").json["is_active"] is False
    headers = {"Authorization": f"Bearer {made['token']}"}
    refused(client.get("/api/v1/devices/me", headers=headers), 401, "INVALID_TOKEN")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Missing fields"),
        ({"name": ""}, "Missing fields"),
        ({"name": "Wim", "email": "x"}, None),
        ({"name": "Wim", "password": "12345"}, None),
        ({"name": "Wim", "password": "letters"}, None),
        ({"name": ["Wim"]}, None),
    ],
    ids=str,
)
def test_L22b_a_bad_field_is_400(admin, body, message):
    refused(admin.post(WORKERS, json=body), 400, "VALIDATION_ERROR", message)


def test_L22b_an_email_exists_once(admin):
    make_worker(admin)
    answer = admin.post(WORKERS, json={"name": "Eve", "email": "WIM@example.com"})
    refused(answer, 400, "EMAIL_ALREADY_EXISTS", "Email exists")


def test_L22b_an_unknown_worker_is_404(admin):
    for method in ("GET", "PUT", "DELETE"):
        answer = admin.open(f"{WORKERS}/{NOBODYS}", method=method, json={})
        refused(answer, 404, "NOT_FOUND")
