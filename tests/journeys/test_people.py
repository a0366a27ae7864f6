"""The story of somebody whom an admin registers, over HTTP alone."""

from __future__ import annotations

from flask.testing import FlaskClient

from app.http.application import Application
from tests.ledger import events

USERS = "/api/v1/admin/users"


def test_registered_by_phone_signed_in_promoted_helped_and_ended(
    app: Application, admin: FlaskClient
) -> None:
    made = admin.post(USERS, json={"name": "Grace Hopper", "phone": "+1 202 555 0143"})
    assert made.status_code == 201
    grace, temporary = made.json["user"], made.json["temporary_password"]

    client = app.test_client()
    login = {"email": "+1 (202) 555-0143", "password": temporary}
    tokens = client.post("/api/v1/auth/login", json=login).json
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    refusal = client.get("/api/v1/orders", headers=bearer)
    assert (refusal.status_code, refusal.json["error_code"]) == (403, "PASSWORD_CHANGE_REQUIRED")

    browser = app.test_client()
    browser.post("/login", data=login)
    assert browser.get("/my").headers["Location"] == "/my/account/password"
    form = {"password": temporary, "new_password": "amazing grace 1906"}
    assert browser.post("/my/account/password", data=form).status_code == 303
    assert browser.get("/my").status_code == 200
    assert client.get("/api/v1/auth/me", headers=bearer).status_code == 401

    login["password"] = "amazing grace 1906"
    assert client.post("/api/v1/auth/login", json=login).status_code == 200

    promoted = admin.patch(f"{USERS}/{grace['id']}/role", json={"role": "admin"})
    assert promoted.json["role"] == "admin"
    assert browser.get("/my").status_code == 302
    boss = app.test_client()
    body = {"username": "+12025550143", "password": "amazing grace 1906"}
    assert boss.post("/admin/login", json=body).status_code == 200
    assert boss.get(USERS, query_string={"role": "admin"}).headers["X-Total-Count"] == "2"

    reset = admin.post(f"{USERS}/{grace['id']}/reset-password").json
    assert boss.get(USERS).status_code == 401
    body["password"] = reset["temporary_password"]
    assert boss.post("/admin/login", json=body).status_code == 200
    assert boss.get(USERS).json["error_code"] == "PASSWORD_CHANGE_REQUIRED"
    form = {"password": reset["temporary_password"], "new_password": "nanoseconds of wire"}
    assert boss.post("/admin/account/password", data=form).status_code == 303
    assert boss.get(USERS).status_code == 200

    assert admin.post(f"{USERS}/{grace['id']}/deactivate").json["is_active"] is False
    assert boss.get(USERS).status_code == 401
    assert boss.post("/admin/login", json=body).status_code == 401

    told = [row.action for row in events(resource_type="user", resource_id=grace["id"])]
    assert told == [
        *("USER_CREATED", "LOGIN", "LOGIN", "PASSWORD_CHANGE", "LOGIN", "USER_ROLE_CHANGED"),
        *("LOGIN", "PASSWORD_RESET", "LOGIN", "PASSWORD_CHANGE", "USER_DEACTIVATED"),
    ]
