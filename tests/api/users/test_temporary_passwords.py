"""A temporary password is good for a day, and for nothing but choosing another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from app.http.application import Application
from app.models import User
from app.support import clock
from tests import factories
from tests.contract.shapes import refused
from tests.factories import PASSWORD
from tests.holes.world import stored
from tests.ledger import data_of, event
from tests.web.admin.forms import error_at

USERS = "/api/v1/admin/users"
LOGIN = "/api/v1/auth/login"
OWN = "my own words, chosen"
DAY = timedelta(hours=24)


@pytest.fixture
def given(app: Application, admin: FlaskClient) -> dict[str, Any]:
    """Somebody who was registered a moment ago, with the password that was shown."""
    body = {"name": "Ada", "email": "ada@example.com", "phone": "+4930901820"}
    made = admin.post(USERS, json=body).json
    return {"id": made["user"]["id"], "email": "ada@example.com", **made}


@pytest.fixture
def browser(app: Application, given: dict[str, Any]) -> FlaskClient:
    """Theirs, signed in with it."""
    client = app.test_client()
    assert sign_in(client, given).status_code == 303
    return client


def sign_in(client: FlaskClient, given: dict[str, Any]) -> Any:
    form = {"email": given["email"], "password": given["temporary_password"]}
    return client.post("/login", data=form)


def change(client: FlaskClient, given: dict[str, Any], new: str) -> Any:
    form = {"password": given["temporary_password"], "new_password": new}
    return client.post("/my/account/password", data=form)


def log_in(app: Application, password: str) -> Any:
    body = {"email": "ada@example.com", "password": password}
    return app.test_client().post(LOGIN, json=body)


def test_it_is_shown_with_its_end_and_not_again(admin: FlaskClient, given: dict[str, Any]) -> None:
    ends = clock.parse_instant(given["expires_at"])
    assert abs(ends - clock.now() - DAY) < timedelta(minutes=1)
    assert given["user"]["must_change_password"] is True
    assert given["temporary_password"] not in admin.get(f"{USERS}/{given['id']}").text


def test_a_client_may_do_nothing_but_leave(app: Application, given: dict[str, Any]) -> None:
    tokens = log_in(app, given["temporary_password"]).json
    client, bearer = app.test_client(), {"Authorization": f"Bearer {tokens['access_token']}"}
    for method, path in (
        ("GET", "/api/v1/auth/me"),
        ("PATCH", "/api/v1/auth/me"),
        ("GET", "/api/v1/orders"),
        ("POST", "/api/v1/orders"),
        ("GET", "/api/v1/customers"),
        ("POST", "/api/orders"),
        ("GET", "/api/v1/audit/my-logs"),
    ):
        answer = client.open(path, method=method, json={}, headers=bearer)
        refused(answer, 403, "PASSWORD_CHANGE_REQUIRED")
    assert client.post("/api/v1/auth/logout", headers=bearer).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_client_chooses_another_and_goes_on(
    make_app: Callable[..., Application], given: dict[str, Any], method: str
) -> None:
    app = make_app(REQUIRE_VERIFIED_EMAIL="true")
    tokens = log_in(app, given["temporary_password"]).json
    client, bearer = app.test_client(), {"Authorization": f"Bearer {tokens['access_token']}"}
    path, body = "/api/v1/auth/change-password", {"password": given["temporary_password"]}
    same = client.open(
        path, method=method, json={**body, "new_password": body["password"]}, headers=bearer
    )
    refused(same, 400, "VALIDATION_ERROR")
    done = client.open(path, method=method, json={**body, "new_password": OWN}, headers=bearer)
    assert done.status_code == 200
    assert client.get("/api/v1/auth/me", headers=bearer).status_code == 200
    refused(client.get("/api/v1/orders", headers=bearer), 403, "EMAIL_NOT_VERIFIED")


def test_who_has_no_address_has_none_to_verify(
    make_app: Callable[..., Application], admin: FlaskClient
) -> None:
    made = admin.post(USERS, json={"name": "Grace", "phone": "+4930222222"}).json
    browser = make_app(REQUIRE_VERIFIED_EMAIL="true").test_client()
    form = {"email": "+4930222222", "password": made["temporary_password"]}
    browser.post("/login", data=form)
    assert change(browser, made, OWN).status_code == 303
    assert browser.get("/my").status_code == 200


def test_a_browser_is_led_to_the_form_wherever_it_goes(browser: FlaskClient) -> None:
    for page in ("/my", "/my/account", "/business", "/business/new", "/my/account/two-factor"):
        led = browser.get(page)
        assert (led.status_code, led.headers["Location"]) == (302, "/my/account/password"), page
    answer = browser.post("/my/account", data={"name": "Eve", "email": "eve@example.com"})
    assert answer.headers["Location"] == "/my/account/password"
    assert "Somebody else made the password" in browser.get("/my/account/password").text
    assert browser.post("/logout").headers["Location"] == "/login"


def test_choosing_another_opens_everything_and_ends_the_temporary_one(
    app: Application, browser: FlaskClient, given: dict[str, Any]
) -> None:
    assert change(browser, given, OWN).headers["Location"] == "/my/account"
    assert browser.get("/my").status_code == 200
    assert log_in(app, given["temporary_password"]).status_code == 401
    tokens = log_in(app, OWN).json
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert app.test_client().get("/api/v1/auth/me", headers=bearer).status_code == 200
    ada = stored(User, given["id"])
    assert (ada.must_change_password, ada.password_expires_at) == (False, None)
    assert data_of(event(action="PASSWORD_CHANGE"))["changes"]["must_change_password"] == [
        True,
        False,
    ]


def test_the_temporary_one_is_not_kept(browser: FlaskClient, given: dict[str, Any]) -> None:
    page = change(browser, given, given["temporary_password"])
    assert page.status_code == 400
    assert error_at(page, "new_password") == "Choose another one than the present password."
    assert browser.get("/my").status_code == 302


def test_after_a_day_it_signs_nobody_in(app: Application, given: dict[str, Any]) -> None:
    with time_machine.travel(clock.now() + DAY - timedelta(minutes=1), tick=False):
        assert log_in(app, given["temporary_password"]).status_code == 200
    with time_machine.travel(clock.now() + DAY + timedelta(minutes=1), tick=False):
        answer = log_in(app, given["temporary_password"])
        refused(answer, 401, "INVALID_CREDENTIALS")
        assert "expired" in answer.json["message"]
        assert "expired" not in log_in(app, "a wrong one").json["message"]
        page = sign_in(app.test_client(), given)
        assert page.status_code == 401
        assert "expired" in page.text


def test_after_a_day_it_is_not_even_good_for_choosing_another(
    app: Application, given: dict[str, Any]
) -> None:
    client = app.test_client()
    with time_machine.travel(clock.now() + timedelta(hours=23), tick=False):
        assert sign_in(client, given).status_code == 303
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        assert change(client, given, OWN).status_code == 401
        assert log_in(app, OWN).status_code == 401


def test_a_reset_ends_what_was_signed_in_and_the_links_of_before(
    app: Application, admin: FlaskClient
) -> None:
    made = admin.post("/admin/api/customers", json={"name": "Ada", "email": "ada@example.com"})
    token = made.json["set_password_url"].partition("#")[2]
    ada = factories.user(app, "grace@example.com")
    browser = app.test_client()
    browser.set_cookie("session", factories.page_cookie(ada.id))
    answer = admin.post(f"{USERS}/{ada.id}/reset-password")
    assert answer.status_code == 200
    assert browser.get("/my").headers["Location"].startswith("/login")
    body = {"email": "grace@example.com", "password": PASSWORD}
    assert app.test_client().post(LOGIN, json=body).status_code == 401
    body["password"] = answer.json["temporary_password"]
    assert app.test_client().post(LOGIN, json=body).status_code == 200
    row = event(action="PASSWORD_RESET")
    assert row.resource_id == ada.id
    assert answer.json["temporary_password"] not in row.data
    admin.post(f"{USERS}/{made.json['id']}/reset-password")
    link = {"token": token, "password": OWN}
    assert app.test_client().post("/api/v1/auth/set-password", json=link).status_code == 401


def test_a_link_in_the_place_of_a_temporary_password_ends_it(
    app: Application, admin: FlaskClient
) -> None:
    made = admin.post("/admin/api/customers", json={"name": "Ada", "email": "ada@example.com"})
    with factories.writing() as session:
        ada = session.get_one(User, made.json["id"])
        ada.must_change_password, ada.password_expires_at = True, clock.now()
    link = {"token": made.json["set_password_url"].partition("#")[2], "password": OWN}
    assert app.test_client().post("/api/v1/auth/set-password", json=link).status_code == 200
    bearer = {"Authorization": f"Bearer {log_in(app, OWN).json['access_token']}"}
    assert app.test_client().get("/api/v1/auth/me", headers=bearer).status_code == 200


def test_an_admin_with_one_is_led_to_the_form_too(app: Application, admin: FlaskClient) -> None:
    made = admin.post(
        USERS, json={"name": "Boss", "username": "boss", "phone": "+4930901820", "role": "admin"}
    )
    temporary = made.json["temporary_password"]
    boss = app.test_client()
    form = {"username": "boss", "password": temporary}
    assert boss.post("/admin/login", data=form).headers["Location"] == "/admin"
    for page in ("/admin", "/admin/orders", "/admin/people", "/admin/account/two-factor"):
        assert boss.get(page).headers["Location"] == "/admin/account/password", page
    refused(boss.get(USERS), 403, "PASSWORD_CHANGE_REQUIRED")
    refused(boss.get("/admin/api/customers"), 403, "PASSWORD_CHANGE_REQUIRED")
    changing = {"password": temporary, "new_password": OWN}
    assert boss.post("/admin/account/password", data=changing).status_code == 303
    assert boss.get(USERS).status_code == 200


@pytest.mark.parametrize("weak", ["asdfghjkl", "abcabcabc"])
def test_who_becomes_an_admin_with_a_password_that_anybody_tries_changes_it_first(
    app: Application, admin: FlaskClient, weak: str
) -> None:
    ada = factories.user(app, "ada@example.com", password=weak)
    assert admin.patch(f"{USERS}/{ada.id}/role", json={"role": "admin"}).status_code == 200
    browser = app.test_client()
    right = {"username": "ada@example.com", "password": weak}
    assert browser.post("/admin/login", json=right).status_code == 200
    closed = browser.get(USERS)
    assert (closed.status_code, closed.json["error_code"]) == (403, "PASSWORD_CHANGE_REQUIRED")
    form = {"password": weak, "new_password": weak}
    assert browser.post("/admin/account/password", data=form).status_code == 400
    form["new_password"] = "another good one"
    assert browser.post("/admin/account/password", data=form).status_code == 303
    assert browser.get(USERS).status_code == 200


def test_who_becomes_an_admin_with_a_good_password_keeps_it(
    app: Application, admin: FlaskClient
) -> None:
    ada = factories.user(app, "ada@example.com")
    admin.patch(f"{USERS}/{ada.id}/role", json={"role": "admin"})
    browser = app.test_client()
    right = {"username": "ada@example.com", "password": PASSWORD}
    assert browser.post("/admin/login", json=right).status_code == 200
    assert browser.get(USERS).status_code == 200
