"""Where REQUIRE_VERIFIED_EMAIL is on, an account opens nothing but itself until it is verified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from tests import factories, mails
from tests.factories import PASSWORD, Customer

OPEN = [
    ("GET", "/api/v1/auth/me", 200),
    ("GET", "/api/v1/customers", 200),
    ("PUT", "/api/v1/customers", 200),
    ("POST", "/api/v1/customers/export", 200),
    ("POST", "/api/v1/auth/resend-verification", 429),
    ("POST", "/api/v1/auth/logout", 200),
]
SHUT = [
    ("GET", "/api/v1/orders"),
    ("POST", "/api/v1/orders"),
    ("PATCH", "/api/v1/auth/me"),
    ("GET", "/api/v1/tracks"),
    ("GET", "/api/v1/appointments"),
    ("POST", "/api/v1/businesses"),
    ("GET", "/api/v1/audit/my-logs"),
    ("GET", "/api/orders"),
]


@pytest.fixture
def strict(make_app: Callable[..., Application]) -> Application:
    return make_app(REQUIRE_VERIFIED_EMAIL="on")


@pytest.fixture
def ada(strict: Application) -> Customer:
    return factories.sign_up(strict, "ada@example.com", name="Ada")


@pytest.mark.parametrize(("method", "path", "status"), OPEN)
def test_somebody_unverified_sees_the_account(
    strict: Application, ada: Customer, method: str, path: str, status: int
) -> None:
    body: dict[str, str] | None = {} if method == "PUT" else None
    answer = strict.test_client().open(path, method=method, json=body, headers=ada.headers)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(("method", "path"), SHUT)
def test_nothing_else_is_open(strict: Application, ada: Customer, method: str, path: str) -> None:
    body: Any = None if method == "GET" else {"service_id": 1, "name": "Ada"}
    ask = {"method": method, "json": body, "headers": ada.headers}
    answer = strict.test_client().open(path, **ask)
    assert (answer.status_code, answer.json["error_code"]) == (403, "EMAIL_NOT_VERIFIED")
    code = {"code": mails.code(ada.id).code}
    client = strict.test_client()
    assert (
        client.post("/api/v1/auth/verify-email", json=code, headers=ada.headers).status_code == 200
    )
    again = strict.test_client().open(path, **ask)
    assert again.json is None or "EMAIL_NOT_VERIFIED" not in again.text
    assert again.status_code != 403


def test_without_the_setting_an_unverified_account_goes_on(
    client: FlaskClient, customer: Customer
) -> None:
    assert client.get("/api/v1/orders", headers=customer.headers).status_code == 200
    assert client.get("/api/orders", headers=customer.headers).status_code == 200


def test_somebody_unverified_signs_in_again(strict: Application, ada: Customer) -> None:
    login = {"email": ada.email, "password": PASSWORD}
    for path in ("/api/v1/auth/login", "/auth/login"):
        assert strict.test_client().post(path, json=login).status_code == 200


def test_the_pages_lead_to_the_code(strict: Application, ada: Customer) -> None:
    client = strict.test_client()
    client.set_cookie("session", factories.page_cookie(ada.id))
    for page in ("/my", "/business"):
        led = client.get(page)
        assert (led.status_code, led.location) == (302, "/my/verify")
    assert client.get("/b").status_code == 200
    assert client.get("/my/account").status_code == 200
    assert "six digits" in client.get("/my/verify").text
    assert client.post("/my/account/preferences", data={}).status_code == 403
    wrong = mails.another(mails.code(ada.id).code)
    refused = client.post("/my/verify", data={"code": wrong})
    assert refused.status_code == 400
    assert "not the code" in refused.text
    done = client.post("/my/verify", data={"code": mails.code(ada.id).code})
    assert (done.status_code, done.location) == (303, "/my")
    assert client.get("/my").status_code == 200
