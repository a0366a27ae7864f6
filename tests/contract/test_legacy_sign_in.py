"""Signing up and in at the old URLs (contract.md L7, L8, L25)."""

from __future__ import annotations

import pytest

from tests import factories
from tests.contract.shapes import AUTH, OLD_WORKER_SIGNED_IN, answered, refused

ADA = {"name": "Ada", "email": "Ada@Example.com", "password": factories.PASSWORD}


def test_L7_signing_up_answers_tokens_and_the_customer(client):
    told = answered(client.post("/auth/signup", json={**ADA, "phone": "+44 1"}), 201, AUTH)
    assert told["token"] == told["access_token"] != told["refresh_token"]
    assert {**told["customer"], "id": 0} == {
        "id": 0,
        "name": "Ada",
        "email": "ada@example.com",
        "phone": "+44 1",
    }
    headers = {"Authorization": f"Bearer {told['token']}"}
    assert client.get("/api/orders", headers=headers).status_code == 200


def test_L7_the_phone_is_optional(client):
    assert answered(client.post("/auth/signup", json=ADA), 201, AUTH)["customer"]["phone"] is None


@pytest.mark.parametrize("missing", ["name", "email", "password"])
@pytest.mark.parametrize("value", [None, ""])
def test_L7_missing_fields(client, missing, value):
    answer = client.post("/auth/signup", json={**ADA, missing: value})
    refused(answer, 400, "VALIDATION_ERROR", "Missing fields")
    body = {key: given for key, given in ADA.items() if key != missing}
    refused(client.post("/auth/signup", json=body), 400, "VALIDATION_ERROR", "Missing fields")


def test_L7_an_email_exists_in_any_case(client):
    client.post("/auth/signup", json=ADA)
    for email in ("ada@example.com", " ADA@EXAMPLE.COM "):
        answer = client.post("/auth/signup", json={**ADA, "email": email})
        refused(answer, 400, "EMAIL_ALREADY_EXISTS", "Email exists", field="email")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "short"),
        ("password", 12345678),
        ("password", "x" * 257),
        ("email", "ada"),
        ("email", "ada@gmail"),
        ("email", ["ada@example.com"]),
        ("name", "x" * 129),
        ("phone", "1" * 33),
    ],
    ids=repr,
)
def test_L7_a_bad_field_is_named(client, field, value):
    answer = client.post("/auth/signup", json={**ADA, field: value})
    refused(answer, 400, "VALIDATION_ERROR", field=field)


@pytest.mark.parametrize("path", ["/auth/signup", "/auth/login", "/employee/login"])
@pytest.mark.parametrize("data", ["{", "[]", "null"])
def test_L7_L8_L25_malformed_json_is_400(client, path, data):
    answer = client.post(path, data=data, content_type="application/json")
    refused(answer, 400, "INVALID_INPUT")


def test_L8_signing_in_answers_tokens_and_the_customer(client):
    client.post("/auth/signup", json=ADA)
    body = {"email": " ADA@example.com", "password": factories.PASSWORD}
    told = answered(client.post("/auth/login", json=body), 200, AUTH)
    assert told["customer"]["email"] == "ada@example.com"
    headers = {"Authorization": f"Bearer {told['access_token']}"}
    assert client.get("/api/v1/auth/me", headers=headers).status_code == 200


@pytest.mark.parametrize("body", [{}, {"email": "a@b.c"}, {"password": "x"}, {"email": ""}])
def test_L8_missing_fields(client, body):
    refused(client.post("/auth/login", json=body), 400, "VALIDATION_ERROR", "Missing fields")


def test_L8_unknown_wrong_and_inactive_are_told_the_same(app, client):
    factories.user(app, "ada@example.com")
    factories.user(app, "gone@example.com", is_active=False)
    told = []
    for email, password in (
        ("nobody@example.com", factories.PASSWORD),
        ("no address", factories.PASSWORD),
        ("ada@example.com", "wrong password"),
        ("gone@example.com", factories.PASSWORD),
    ):
        answer = client.post("/auth/login", json={"email": email, "password": password})
        body = refused(answer, 401, "INVALID_CREDENTIALS", "Invalid credentials")
        told.append({key: value for key, value in body.items() if key != "request_id"})
    assert told == [told[0]] * len(told)


@pytest.fixture
def worker(app):
    hasher = app.extensions["handover_passwords"]
    return factories.worker("Wim", email="wim@example.com", password_hash=hasher.hash("482915"))


def test_L25_a_workers_login_answers_a_token_that_scans(client, worker):
    body = {"email": "WIM@example.com", "password": "482915"}
    told = answered(client.post("/employee/login", json=body), 200, OLD_WORKER_SIGNED_IN)
    assert told["worker"] == {"id": worker.id, "name": "Wim", "email": "wim@example.com"}
    order = factories.order()
    scan = {"order_number": order.order_number, "action": "picked_up"}
    headers = {"Authorization": f"Bearer {told['token']}"}
    scanned = client.post("/worker/scan", json=scan, headers=headers).json
    assert scanned["track"]["workerId"] == worker.id
    assert scanned["order"]["status"] == "picked_up"


@pytest.mark.parametrize("body", [{}, {"email": "wim@example.com"}, {"password": "482915"}])
def test_L25_missing_fields(client, worker, body):
    refused(client.post("/employee/login", json=body), 400, "VALIDATION_ERROR", "Missing fields")


def test_L25_unknown_wrong_and_inactive_are_told_the_same(app, client, worker):
    hashed = app.extensions["handover_passwords"].hash("482915")
    factories.worker(email="gone@example.com", password_hash=hashed, is_active=False)
    factories.worker(email="never@example.com")
    for email, password in (
        ("nobody@example.com", "482915"),
        ("wim@example.com", "000000"),
        ("gone@example.com", "482915"),
        ("never@example.com", "482915"),
    ):
        answer = client.post("/employee/login", json={"email": email, "password": password})
        refused(answer, 401, "INVALID_CREDENTIALS", "Invalid credentials")
