"""L7 and L8: signing up and in at the old URLs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from tests.factories import PASSWORD, Customer

ADA = {"name": "Ada", "email": "ada@example.com", "password": PASSWORD}


@pytest.mark.parametrize("path", ["/auth/signup", "/auth/signup/"])
def test_signing_up_answers_as_the_old_server_did(client: FlaskClient, path: str) -> None:
    answer = client.post(path, json=ADA | {"phone": ""})
    assert answer.status_code == 201
    assert set(answer.json) == {"access_token", "refresh_token", "token", "customer"}
    assert answer.json["token"] == answer.json["access_token"]
    assert set(answer.json["customer"]) == {"id", "name", "email", "phone"}
    headers = {"Authorization": f"Bearer {answer.json['token']}"}
    assert client.get("/api/v1/auth/me", headers=headers).status_code == 200


@pytest.mark.parametrize("name", ["name", "email", "password"])
@pytest.mark.parametrize("value", ["absent", None, ""])
def test_signing_up_with_missing_fields(client: FlaskClient, name: str, value: object) -> None:
    body: dict[str, object] = ADA | {name: value}
    if value == "absent":
        del body[name]
    answer = client.post("/auth/signup", json=body)
    assert (answer.status_code, answer.json["error"]) == (400, "Missing fields")
    assert answer.json["error_code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@EXAMPLE.COM"])
def test_an_address_that_exists(client: FlaskClient, customer: Customer, email: str) -> None:
    answer = client.post("/auth/signup", json=ADA | {"email": email})
    assert (answer.status_code, answer.json["error"]) == (400, "Email exists")


@pytest.mark.parametrize(
    "change", [{"password": "short"}, {"email": "nothing"}, {"name": 5}, {"phone": "1" * 33}]
)
def test_a_field_that_cannot_be_is_400_with_its_text(
    client: FlaskClient, change: dict[str, object]
) -> None:
    answer = client.post("/auth/signup", json=ADA | change)
    assert answer.status_code == 400
    assert answer.json["error"].startswith(next(iter(change)))


@pytest.mark.parametrize("path", ["/auth/login", "/auth/login/"])
def test_logging_in(client: FlaskClient, customer: Customer, path: str) -> None:
    answer = client.post(path, json={"email": "ADA@example.com", "password": PASSWORD})
    assert (answer.status_code, answer.json["customer"]["id"]) == (200, customer.id)


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com", "b@gmail"])
def test_a_wrong_login_is_one_answer(client: FlaskClient, customer: Customer, email: str) -> None:
    answer = client.post("/auth/login", json={"email": email, "password": "wrong one"})
    assert (answer.status_code, answer.json["error"]) == (401, "Invalid credentials")


@pytest.mark.parametrize("body", [{}, {"email": "a@b.example"}, {"password": "x"}, {"email": None}])
def test_logging_in_with_missing_fields(client: FlaskClient, body: object) -> None:
    answer = client.post("/auth/login", json=body)
    assert (answer.status_code, answer.json["error"]) == (400, "Missing fields")


@pytest.mark.parametrize("path", ["/auth/signup", "/auth/login"])
def test_what_is_no_json_object_is_400(client: FlaskClient, path: str) -> None:
    answer = client.post(path, data="{", content_type="application/json")
    assert (answer.status_code, answer.json["error_code"]) == (400, "INVALID_INPUT")


@pytest.mark.parametrize(
    ("path", "successor"),
    [("/auth/signup", "/api/v1/auth/register"), ("/auth/login", "/api/v1/auth/login")],
)
def test_refusals_name_the_successor_too(client: FlaskClient, path: str, successor: str) -> None:
    answer = client.post(path, json={})
    assert answer.headers["Deprecation"]
    assert answer.headers["Link"] == f'<{successor}>; rel="successor-version"'


def test_they_are_limited(make_app: Callable[..., Application]) -> None:
    client = make_app(RATELIMIT_ENABLED="true").test_client()
    answers = [client.post("/auth/signup", json={}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert answers[-1].json["error"]


def test_they_leave_with_the_other_old_routes(make_app: Callable[..., Application]) -> None:
    client = make_app(LEGACY_ROUTES="off").test_client()
    for path in ("/auth/signup", "/auth/login", "/employee/login"):
        assert client.post(path, json=ADA).status_code == 404
