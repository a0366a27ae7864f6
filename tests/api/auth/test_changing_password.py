"""Changing one's own password, and what a sign-in costs whoever tries it."""

from __future__ import annotations

from typing import Any

import argon2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.security import generate_password_hash

from app.http.application import Application
from app.models import User
from tests import factories, ledger, outbox
from tests.factories import PASSWORD, Customer
from tests.holes.world import stored
from tests.rows import writing

CHANGE = "/api/v1/auth/change-password"
LOGIN = "/api/v1/auth/login"
ME = "/api/v1/auth/me"
NEW = "another good one"
BOTH = {"password": PASSWORD, "new_password": NEW}


def log_in(client: FlaskClient, email: str, password: str) -> Any:
    return client.post(LOGIN, json={"email": email, "password": password})


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("name", ["password", "current_password", "old_password"])
def test_the_new_password_counts_and_every_other_sign_in_ends(
    client: FlaskClient, app: Application, customer: Customer, method: str, name: str
) -> None:
    other = log_in(client, customer.email, PASSWORD).json
    browser = app.test_client()
    browser.set_cookie("session", factories.page_cookie(customer.id))
    body = {name: PASSWORD, "new_password": NEW}
    done = client.open(CHANGE, method=method, json=body, headers=customer.headers)
    assert done.status_code == 200, done.text
    assert client.get(ME, headers=customer.headers).status_code == 200
    renewed = client.post("/api/v1/auth/refresh", json={"refresh_token": customer.refresh_token})
    assert renewed.status_code == 200
    ended = {"Authorization": f"Bearer {other['token']}"}
    assert client.get(ME, headers=ended).status_code == 401
    dead = client.post("/api/v1/auth/refresh", json={"refresh_token": other["refresh_token"]})
    assert dead.status_code == 401
    assert browser.get("/my").status_code == 302
    assert log_in(client, customer.email, PASSWORD).status_code == 401
    assert log_in(client, customer.email, NEW).status_code == 200
    assert ledger.event(action="PASSWORD_CHANGE").user_id == customer.id
    assert len(outbox.messages(event="account.password_changed", subject_id=customer.id)) == 1


def test_the_wrong_old_password_changes_nothing(client: FlaskClient, customer: Customer) -> None:
    body = BOTH | {"password": "not mine at all"}
    answer = client.put(CHANGE, json=body, headers=customer.headers)
    assert (answer.status_code, answer.json["error_code"]) == (400, "WRONG_PASSWORD")
    assert log_in(client, customer.email, PASSWORD).status_code == 200


@pytest.mark.parametrize("weak", ["short", "qwerty123", "Ada@Example.com", "x" * 257])
def test_a_weak_password_is_refused(client: FlaskClient, customer: Customer, weak: str) -> None:
    answer = client.put(CHANGE, json=BOTH | {"new_password": weak}, headers=customer.headers)
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_ERROR")
    assert list(answer.json["details"]) == ["new_password"]


@pytest.mark.parametrize(
    "password", ["password1", "Grace Hopper", "gracehopper", "grace@example.com"]
)
def test_nobody_registers_with_a_common_password_or_their_own_name(
    client: FlaskClient, password: str
) -> None:
    body = {"name": "Grace Hopper", "email": "grace@example.com", "password": password}
    for path in ("/api/v1/auth/register", "/auth/signup"):
        answer = client.post(path, json=body)
        assert (answer.status_code, list(answer.json["details"])) == (400, ["password"])


def test_an_admins_password_is_not_changed_with_a_customers_token(
    client: FlaskClient, app: Application
) -> None:
    chief = factories.user(app, "chief@example.com", role="admin")
    token = log_in(client, "chief@example.com", PASSWORD).json["token"]
    answer = client.put(CHANGE, json=BOTH, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json["error_code"]) == (403, "PERMISSION_DENIED")
    assert stored(User, chief.id).password_hash == chief.password_hash


@pytest.mark.parametrize("who", ["known", "wrong", "unknown", "inactive", "imported"])
@pytest.mark.parametrize("path", [LOGIN, "/auth/login"])
def test_a_sign_in_makes_exactly_one_argon2_verification(
    client: FlaskClient, app: Application, monkeypatch: pytest.MonkeyPatch, who: str, path: str
) -> None:
    factories.user(app, "known@example.com")
    factories.user(app, "inactive@example.com", is_active=False)
    import_password("imported@example.com", app, generate_password_hash(PASSWORD))
    computed: list[str] = []
    original = argon2.PasswordHasher.verify

    def counting(self: argon2.PasswordHasher, hash_: str, password: bytes) -> bool:
        computed.append(hash_)
        return original(self, hash_, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counting)
    email = "known@example.com" if who == "wrong" else f"{who}@example.com"
    body = {"email": email, "password": "no" if who == "wrong" else PASSWORD}
    answer = client.post(path, json=body)
    assert answer.status_code == (200 if who in ("known", "imported") else 401)
    assert len(computed) == 1


def import_password(email: str, app: Application, stored_hash: str) -> int:
    """An account with a hash that the old server had made."""
    row = factories.user(app, email)
    with writing() as session:
        session.execute(update(User).where(User.id == row.id).values(password_hash=stored_hash))
    return row.id


@pytest.mark.parametrize("method", ["scrypt:32768:8:1", "pbkdf2:sha256:600000"])
def test_a_password_of_the_old_server_lets_its_person_in_and_is_hashed_anew(
    client: FlaskClient, app: Application, method: str
) -> None:
    old = generate_password_hash(PASSWORD, method=method)
    user_id = import_password("old@example.com", app, old)
    assert log_in(client, "old@example.com", "not this one").status_code == 401
    assert stored(User, user_id).password_hash == old
    assert log_in(client, "old@example.com", PASSWORD).status_code == 200
    anew = stored(User, user_id).password_hash
    assert anew.startswith("$argon2id$")
    assert log_in(client, "old@example.com", PASSWORD).status_code == 200
    assert stored(User, user_id).password_hash == anew
