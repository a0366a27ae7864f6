"""Holes of the old servers' logins, each shown to be absent."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import database
from app.config import BadSettings, Settings
from app.errors import Invalid
from app.http.application import Application
from app.models import Service, User, Worker
from app.operations.actors import SYSTEM
from app.operations.auth.admins import create_admin
from app.support import clock
from tests import factories
from tests.conftest import SECRETS
from tests.factories import PASSWORD, Customer
from tests.rows import writing

EMPTY: list[Any] = [None, "", " ", [], {}, False, 0, "null", "None", "undefined"]
PUBLISHED = [("hahaboi", "somethingsomething"), ("fabclean", "fabzclean"), ("admin", "admin123")]
STRONG = {name: f"a2s4d6f8g0h1j3k5l7-qwertzuiop-{len(name)}" for name in SECRETS}
LOGINS = ["/api/v1/auth/login", "/auth/login"]
WORKER_LOGINS = ["/api/v1/workers/login", "/employee/login"]


def changed(model: type[Any], row_id: int, **values: Any) -> None:
    with writing() as session:
        row = session.get(model, row_id, populate_existing=True)
        for name, value in values.items():
            setattr(row, name, value)


def test_hole_an_empty_or_null_admin_login_opens_nothing(app: Application) -> None:
    with writing() as session:
        session.add(User(name="", username="", email="", password_hash="", role="admin"))
        session.add(User(name="", username=None, email=None, password_hash=None, role="admin"))
    client = app.test_client()
    for name in EMPTY:
        for password in EMPTY:
            answer = client.post("/admin/login", json={"username": name, "password": password})
            assert answer.status_code in (400, 401), (name, password)
            assert client.get_cookie("session") is None
    for form in ({}, {"username": "", "password": ""}, {"email": "", "password": ""}):
        answer = client.post("/admin/login", data=form)
        assert answer.status_code in (400, 401)
        assert client.get_cookie("session") is None
    assert client.get("/admin/api/customers").status_code == 401


@pytest.mark.parametrize(("name", "password"), PUBLISHED)
def test_hole_the_published_credentials_open_nothing_even_where_they_are_stored(
    app: Application, name: str, password: str
) -> None:
    hashed = app.extensions["handover_passwords"].hash(password)
    with writing() as session:
        session.add(User(name=name, username=name, password_hash=hashed, role="admin"))
    client = app.test_client()
    for spelling in (name, name.upper(), f" {name} ", name.title()):
        for given in ({"username": spelling}, {"email": spelling}):
            answer = client.post("/admin/login", json={**given, "password": password})
            assert (answer.status_code, answer.json["error"]) == (401, "Invalid credentials")
    form = client.post("/admin/login", data={"username": name, "password": password})
    assert form.status_code == 401
    assert client.get("/admin/api/orders").status_code == 401


@pytest.mark.parametrize(("name", "password"), PUBLISHED)
def test_hole_the_published_credentials_cannot_be_set(
    app: Application, environment: dict[str, str], name: str, password: str
) -> None:
    with pytest.raises(BadSettings, match="published"):
        Settings.load({**environment, "ADMIN_USERNAME": name, "ADMIN_PASSWORD": password})
    with database.transaction(), pytest.raises(Invalid):
        create_admin(
            username=name,
            email=None,
            password=password,
            passwords=app.extensions["handover_passwords"],
            at=clock.now(),
            actor=SYSTEM,
        )


def test_hole_a_customer_made_by_an_admin_has_no_password_to_guess(
    app: Application, admin: FlaskClient
) -> None:
    body = {"name": "Eve Ng", "email": "eve@example.com", "phone": "5551234"}
    made = admin.post("/admin/api/customers", json=body)
    assert "password" not in {key for key in made.json if key != "set_password_url"}
    guesses = [
        *EMPTY, "Eve Ng", "eve", "eve@example.com", "5551234", "password", "Password123",
        "changeme", "default123", "12345678", "123456", "handover", str(made.json["id"]),
    ]  # fmt: skip
    for path in LOGINS:
        for guess in guesses:
            given = {"email": "eve@example.com", "password": guess}
            answer = app.test_client().post(path, json=given)
            assert answer.status_code in (400, 401), guess
    with database.transaction(write=False) as session:
        assert session.get(User, made.json["id"]).password_hash is None


@pytest.mark.parametrize("path", WORKER_LOGINS)
def test_hole_a_worker_does_not_log_in_without_the_right_secret(
    app: Application, admin: FlaskClient, path: str
) -> None:
    named = {"name": "Wanda", "email": "wanda@example.com"}
    without = admin.post("/api/v1/workers", json=named).json
    named = {"name": "Will", "email": "will@example.com", "password": "246810"}
    having = admin.post("/api/v1/workers", json=named).json
    client = app.test_client()
    guesses = [*EMPTY, "Wanda", "Will", without["token"], "123456", "2468100", "24681", "246810 "]
    for worker in (without, having):
        for guess in guesses:
            body = {"email": worker["email"], "worker_id": worker["id"], "password": guess}
            assert client.post(path, json=body).status_code in (400, 401), guess
        for body in ({"email": worker["email"]}, {"worker_id": worker["id"]}, {"id": 1}):
            assert client.post(path, json=body).status_code == 400
    right = {"email": "will@example.com", "password": "246810"}
    assert client.post(path, json=right).status_code == 200


@pytest.mark.parametrize(
    "spelling",
    [
        "ADA@EXAMPLE.COM",
        "Ada@Example.Com",
        " ada@example.com ",
        "ada@ｅｘａｍｐｌｅ.com",
        "ada@EXAMPLE。com",
    ],
)
def test_hole_an_address_in_another_case_is_no_second_account(
    app: Application, customer: Customer, admin: FlaskClient, spelling: str
) -> None:
    client = app.test_client()
    body = {"name": "Eve", "email": spelling, "password": PASSWORD}
    for path in ("/api/v1/auth/register", "/auth/signup"):
        answer = client.post(path, json=body)
        assert (answer.status_code, answer.json["error_code"]) == (400, "EMAIL_ALREADY_EXISTS")
    assert admin.post("/admin/api/customers", json=body).status_code == 400
    other = factories.sign_up(app, "bob@example.com")
    changed = client.put("/api/v1/customers", json={"email": spelling}, headers=other.headers)
    assert changed.json["error_code"] == "EMAIL_ALREADY_EXISTS"
    answer = client.post("/api/v1/auth/login", json={"email": spelling, "password": PASSWORD})
    assert answer.json["customer"]["id"] == customer.id


def test_hole_an_inactive_account_does_not_log_in_and_is_not_told_apart(
    app: Application, admin: FlaskClient, customer: Customer
) -> None:
    changed(User, customer.id, is_active=False)
    client = app.test_client()
    for path in LOGINS:
        right = client.post(path, json={"email": customer.email, "password": PASSWORD})
        wrong = client.post(path, json={"email": customer.email, "password": "wrong password"})
        unknown = client.post(path, json={"email": "no@example.com", "password": PASSWORD})
        told = {(one.status_code, one.json["message"]) for one in (right, wrong, unknown)}
        assert told == {(401, "Invalid credentials")}
    chief = factories.user(app, "second@example.com", role="admin", is_active=False)
    answer = client.post("/admin/login", json={"username": chief.email, "password": PASSWORD})
    assert answer.status_code == 401


def test_hole_an_inactive_worker_does_not_log_in(app: Application, admin: FlaskClient) -> None:
    named = {"name": "Will", "email": "will@example.com", "password": "246810"}
    worker = admin.post("/api/v1/workers", json=named).json
    changed(Worker, worker["id"], is_active=False)
    for path in WORKER_LOGINS:
        given = {"email": "will@example.com", "password": "246810"}
        assert app.test_client().post(path, json=given).status_code == 401


def test_hole_an_inactive_service_is_not_offered(
    app: Application, client: FlaskClient, customer: Customer
) -> None:
    gone = factories.service("Dyeing", status="inactive")
    assert client.get("/api/services").json == []
    assert client.get("/api/v1/services").json == []
    assert client.get(f"/api/v1/services/{gone.id}").status_code == 404
    body = {"service_id": gone.id}
    refused = client.post("/api/v1/orders", json=body, headers=customer.headers)
    assert refused.status_code == 400
    for wanted in ({"service_name": "Dyeing"}, {"serviceIds": [gone.id]}, {"service_id": gone.id}):
        old = {"name": "Ada", "email": "ada@example.com", **wanted}
        answer = client.post("/api/orders", json=old)
        assert (answer.status_code, answer.json["error"]) == (400, "Invalid service")
    with database.transaction(write=False) as session:
        assert session.get(Service, gone.id).status == "inactive"


def test_hole_a_logout_leaves_no_token_alive(
    app: Application, client: FlaskClient, customer: Customer
) -> None:
    client.post("/api/v1/auth/logout", headers=customer.headers)
    assert client.get("/api/v1/auth/me", headers=customer.headers).status_code == 401
    assert client.get("/api/orders", headers=customer.headers).status_code == 401
    body = {"refresh_token": customer.refresh_token}
    assert client.post("/api/v1/auth/refresh", json=body).status_code == 401


def test_hole_an_admins_logout_ends_the_session_for_a_copied_cookie_too(
    app: Application, admin: FlaskClient
) -> None:
    copied = admin.get_cookie("session")
    assert copied is not None
    thief = app.test_client()
    thief.set_cookie("session", copied.value)
    assert thief.get("/admin/api/orders").status_code == 200
    assert admin.post("/admin/logout", json={}).status_code == 200
    assert thief.get("/admin/api/orders").status_code == 401


@pytest.mark.parametrize("name", sorted(SECRETS))
@pytest.mark.parametrize(
    "secret",
    ["", "hunter2", "change-me-change-me-change-me-change-me", "a" * 64, "super-secret-key-of-ours-1234567",
     "jwt-secret-string-of-32-characters", "ab" * 32],
)  # fmt: skip
def test_hole_a_default_secret_does_not_start_in_production(name: str, secret: str) -> None:
    environment = {"APP_ENV": "production", "INSTANCE_PATH": "/srv/handover", **STRONG}
    assert Settings.load(environment).is_production
    with pytest.raises(BadSettings) as refusal:
        Settings.load(environment | {name: secret})
    assert str(refusal.value).startswith(name)
    assert not secret or secret not in str(refusal.value)
