"""POST /auth/set-password: a one-time link sets a password, and nobody else ever knows it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app import database
from app.http.application import Application
from app.models import PasswordLink
from app.operations.auth.password_links import make_password_link
from app.support import clock
from tests.rows import writing

SET = "/api/v1/auth/set-password"
LOGIN = "/api/v1/auth/login"
NEW = "a new and long one"


@pytest.fixture
def link(admin: FlaskClient) -> str:
    """The token of a new customer's link."""
    body = {"name": "Bob", "email": "bob@example.com"}
    made = admin.post("/admin/api/customers", json=body).json
    return str(made["set_password_url"]).partition("#")[2]


def test_a_link_sets_a_password_once(client: FlaskClient, link: str) -> None:
    assert client.post(SET, json={"token": link, "password": NEW}).status_code == 200
    login = client.post(LOGIN, json={"email": "bob@example.com", "password": NEW})
    assert login.status_code == 200
    again = client.post(SET, json={"token": link, "password": "another one"})
    assert (again.status_code, again.json["error_code"]) == (401, "INVALID_TOKEN")
    assert client.post(LOGIN, json={"email": "bob@example.com", "password": NEW}).status_code == 200


def test_a_link_works_once_even_at_the_same_moment(app: Application, link: str) -> None:
    def use(number: int) -> int:
        body = {"token": link, "password": f"password number {number}"}
        while (answer := app.test_client().post(SET, json=body)).status_code == 503:
            time.sleep(0.05)  # others are at it
        return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [200, 401, 401, 401]


def test_a_weak_password_leaves_the_link_alive(client: FlaskClient, link: str) -> None:
    weak = client.post(SET, json={"token": link, "password": "short"})
    assert (weak.status_code, list(weak.json["details"])) == (400, ["password"])
    assert client.post(SET, json={"token": link, "password": NEW}).status_code == 200


def test_a_link_dies_after_seven_days(client: FlaskClient, link: str) -> None:
    with time_machine.travel(clock.now() + timedelta(days=7, seconds=1), tick=False):
        assert client.post(SET, json={"token": link, "password": NEW}).status_code == 401


def test_an_unknown_link_is_refused(client: FlaskClient) -> None:
    assert client.post(SET, json={"token": "hp_unknown", "password": NEW}).status_code == 401


def test_a_deactivated_customers_link_is_refused(
    client: FlaskClient, admin: FlaskClient, link: str
) -> None:
    customer = admin.get("/api/v1/customers").json[-1]
    admin.delete(f"/api/v1/customers/{customer['id']}")
    assert client.post(SET, json={"token": link, "password": NEW}).status_code == 401


def test_the_token_of_a_link_is_not_stored_in_clear(link: str) -> None:
    row = database.db.session.scalars(select(PasswordLink)).one()
    assert len(row.token_digest) == 32
    assert link.encode() not in row.token_digest


def test_a_password_that_was_set_ends_every_sign_in(
    client: FlaskClient, admin: FlaskClient, link: str
) -> None:
    client.post(SET, json={"token": link, "password": NEW})
    login = client.post(LOGIN, json={"email": "bob@example.com", "password": NEW}).json
    customer = admin.get("/api/v1/customers").json[-1]
    with writing():
        second = make_password_link(customer["id"], at=clock.now())
    client.post(SET, json={"token": second, "password": "yet another one"})
    headers = {"Authorization": f"Bearer {login['token']}"}
    assert client.get("/api/v1/auth/me", headers=headers).status_code == 401
    refresh = {"refresh_token": login["refresh_token"]}
    assert client.post("/api/v1/auth/refresh", json=refresh).status_code == 401
