"""V1 and V2: registering and logging in."""

from __future__ import annotations

import argon2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import database
from app.http.application import Application
from app.models import TokenFamily, User
from tests import factories
from tests.factories import PASSWORD, Customer
from tests.rows import writing

REGISTER = "/api/v1/auth/register"
LOGIN = "/api/v1/auth/login"
ADA = {"name": "Ada", "email": "ada@example.com", "password": PASSWORD}


@pytest.fixture
def verifications(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that Argon2 was asked to verify."""
    hashes: list[str] = []
    verify = argon2.PasswordHasher.verify

    def counted(self: argon2.PasswordHasher, stored: str, password: bytes) -> bool:
        hashes.append(stored)
        return verify(self, stored, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    return hashes


def test_a_registered_customer_is_signed_in(client: FlaskClient) -> None:
    answer = client.post(REGISTER, json=ADA | {"phone": "+44 20 5550100"})
    assert answer.status_code == 201
    assert answer.json["token"] == answer.json["access_token"] != answer.json["refresh_token"]
    assert answer.json["customer"] == {
        "id": answer.json["customer"]["id"],
        "name": "Ada",
        "email": "ada@example.com",
        "phone": "+44 20 5550100",
    }
    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
    assert client.get("/api/v1/auth/me", headers=headers).json["email"] == "ada@example.com"


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@example.com", "  Ada@Example.COM "])
def test_an_address_is_registered_once_in_any_letter_case(client: FlaskClient, email: str) -> None:
    client.post(REGISTER, json=ADA)
    answer = client.post(REGISTER, json=ADA | {"email": email})
    assert (answer.status_code, answer.json["error_code"]) == (400, "EMAIL_ALREADY_EXISTS")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", None),
        ("name", "x" * 129),
        ("name", 7),
        ("email", "no address"),
        ("email", None),
        ("email", ["ada@example.com"]),
        ("password", "seven77"),
        ("password", None),
        ("password", 12345678),
        ("password", "x" * 257),
        ("phone", "1" * 33),
    ],
)
def test_a_field_that_cannot_be_is_named(client: FlaskClient, field: str, value: object) -> None:
    answer = client.post(REGISTER, json=ADA | {field: value})
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_ERROR")
    assert list(answer.json["details"]) == [field]


def test_nobody_registers_with_rights(client: FlaskClient) -> None:
    client.post(REGISTER, json=ADA | {"role": "admin", "is_active": False, "username": "root"})
    user = database.db.session.scalars(select(User)).one()
    assert (user.role, user.is_active, user.username) == ("customer", True, None)


def test_emoji_in_a_name_survive(client: FlaskClient) -> None:
    answer = client.post(REGISTER, json=ADA | {"name": "Ada 👩🏽‍🔬"})
    assert answer.json["customer"]["name"] == "Ada 👩🏽‍🔬"


def test_passwords_and_tokens_are_not_stored_in_clear(client: FlaskClient) -> None:
    answer = client.post(REGISTER, json=ADA)
    user = database.db.session.scalars(select(User)).one()
    family = database.db.session.scalars(select(TokenFamily)).one()
    assert user.password_hash is not None
    assert user.password_hash.startswith("$argon2id$")
    assert PASSWORD not in user.password_hash
    assert len(family.current_digest) == 32
    assert answer.json["refresh_token"].encode() not in family.current_digest


@pytest.mark.parametrize("email", ["ada@example.com", " ADA@Example.com"])
def test_a_customer_logs_in(client: FlaskClient, customer: Customer, email: str) -> None:
    answer = client.post(LOGIN, json={"email": email, "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json["customer"]["id"] == customer.id
    assert set(answer.json) == {"access_token", "refresh_token", "token", "customer"}


def test_unknown_wrong_and_inactive_get_one_answer_after_one_verification(
    app: Application, client: FlaskClient, verifications: list[str]
) -> None:
    factories.user(app, "ada@example.com")
    factories.user(app, "gone@example.com", is_active=False)
    with writing() as session:
        session.add(User(name="No password", email="none@example.com"))
    answers = []
    for email, password in [
        ("nobody@example.com", PASSWORD),
        ("not an address", PASSWORD),
        ("ada@example.com", "wrong password"),
        ("gone@example.com", PASSWORD),
        ("none@example.com", PASSWORD),
    ]:
        verifications.clear()
        answer = client.post(LOGIN, json={"email": email, "password": password})
        answers.append((answer.status_code, answer.json | {"request_id": ""}))
        assert len(verifications) == 1, email
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 401
    assert answers[0][1]["error_code"] == "INVALID_CREDENTIALS"


def test_a_hash_with_old_parameters_is_renewed_at_login(
    app: Application, client: FlaskClient
) -> None:
    weaker = argon2.PasswordHasher(2, 64, 1)
    with writing() as session:
        session.add(User(name="Ada", email="ada@example.com", password_hash=weaker.hash(PASSWORD)))
    for _ in range(2):
        answer = client.post(LOGIN, json={"email": "ada@example.com", "password": PASSWORD})
        assert answer.status_code == 200
    user = database.db.session.scalars(select(User)).one()
    assert "m=128,t=1,p=1" in (user.password_hash or "")


@pytest.mark.parametrize("missing", ["email", "password"])
def test_a_login_needs_both_fields(client: FlaskClient, missing: str) -> None:
    body = {"email": "ada@example.com", "password": PASSWORD}
    del body[missing]
    answer = client.post(LOGIN, json=body)
    assert (answer.status_code, list(answer.json["details"])) == (400, [missing])


def test_an_admin_account_signs_in_as_no_more_than_a_customer(
    app: Application, client: FlaskClient
) -> None:
    factories.user(app, "boss@example.com", role="admin")
    signed_in = client.post(LOGIN, json={"email": "boss@example.com", "password": PASSWORD}).json
    headers = {"Authorization": f"Bearer {signed_in['token']}"}
    assert client.get("/api/v1/auth/me", headers=headers).status_code == 200
    for path in ("/api/v1/workers", "/api/v1/devices", "/admin/api/customers"):
        assert client.get(path, headers=headers).status_code == 403, path
