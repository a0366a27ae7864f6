"""The admin's session, its pages and its cookie (contract.md L10 to L13 and 9)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests import factories
from tests.contract.shapes import answered, refused

LOGIN = {"username": "chief", "password": factories.PASSWORD}
MESSAGE = {"message": str}


@pytest.fixture(autouse=True)
def chief(app):
    return factories.user(app, "boss@example.com", role="admin", username="chief")


def cookie_of(answer: Any) -> str:
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("session=")]
    return str(cookie)


@pytest.mark.parametrize("path", ["/admin/login", "/admin/login/"])
def test_L10_the_login_page_has_the_two_fields(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    names = set(re.findall(r'<input[^>]*\bname="(\w+)"', answer.text))
    assert {"username", "password"} <= names


@pytest.mark.parametrize(
    "body",
    [
        LOGIN,
        {"username": "CHIEF", "password": factories.PASSWORD},
        {"username": "boss@example.com", "password": factories.PASSWORD},
        {"email": "Boss@Example.com", "password": factories.PASSWORD},
        {"username": "", "email": "chief", "password": factories.PASSWORD},
    ],
    ids=str,
)
def test_L11_json_answers_a_message_and_a_cookie(client, body):
    answer = client.post("/admin/login", json=body)
    told = answered(answer, 200, MESSAGE)
    assert told == {"message": "Admin login successful"}
    assert client.get("/admin/api/services").status_code == 200


@pytest.mark.parametrize("body", [LOGIN, {"email": "chief", "password": factories.PASSWORD}])
def test_L11_an_old_form_is_led_to_the_pages(client, body):
    answer = client.post("/admin/login", data=body)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin")
    assert cookie_of(answer)
    assert client.get("/admin").status_code == 200


def test_L11_our_own_form_carries_a_token(client):
    page = client.get("/admin/login").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    own = {"Origin": "http://handover.test"}
    assert token is not None
    form = {**LOGIN, "csrf_token": token[1]}
    assert client.post("/admin/login", data=LOGIN, headers=own).status_code == 403
    assert client.post("/admin/login", data=form, headers=own).status_code == 302


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("chief", "wrong password"),
        ("nobody", factories.PASSWORD),
        ("hahaboi", "somethingsomething"),
        ("fabclean", "fabzclean"),
        ("admin", "admin123"),
        ("ada@example.com", factories.PASSWORD),
        ("gone", factories.PASSWORD),
    ],
)
def test_L11_wrong_credentials_are_401(app, client, username, password):
    factories.user(app, "ada@example.com")
    factories.user(app, role="admin", username="gone", is_active=False)
    answer = client.post("/admin/login", json={"username": username, "password": password})
    refused(answer, 401, "INVALID_CREDENTIALS", "Invalid credentials")
    assert "Set-Cookie" not in answer.headers
    form = client.post("/admin/login", data={"username": username, "password": password})
    assert (form.status_code, form.mimetype) == (401, "text/html")
    assert "Invalid credentials" in form.text


@pytest.mark.parametrize(
    ("username", "password"),
    [("hahaboi", "somethingsomething"), ("fabclean", "fabzclean"), ("admin", "admin123")],
)
def test_L11_the_published_logins_are_refused_even_where_they_are_stored(
    app, client, username, password
):
    factories.user(app, role="admin", username=username, password=password)
    for name in (username, username.upper()):
        answer = client.post("/admin/login", json={"username": name, "password": password})
        refused(answer, 401, "INVALID_CREDENTIALS", "Invalid credentials")


@pytest.mark.parametrize(
    "body", [{}, {"username": "chief"}, {"password": "x"}, {"username": None, "password": None}]
)
def test_L11_an_empty_login_is_400(client, body):
    refused(client.post("/admin/login", json=body), 400, "VALIDATION_ERROR", "Missing fields")


def test_L11_malformed_json_is_400(client):
    answer = client.post("/admin/login", data="{", content_type="application/json")
    refused(answer, 400, "INVALID_INPUT")


def test_L12_logging_out_ends_the_session(client):
    client.post("/admin/login", json=LOGIN)
    cookie = client.get_cookie("session").value
    answer = client.post("/admin/logout", headers={"Content-Type": "application/json"})
    assert answered(answer, 200, MESSAGE) == {"message": "Admin logged out"}
    assert client.get_cookie("session") is None
    client.set_cookie("session", cookie)
    refused(client.get("/admin/api/services"), 401, "UNAUTHORIZED", "Unauthorized")


def test_L12_without_a_session_it_is_401(client):
    refused(client.post("/admin/logout", json={}), 401, "UNAUTHORIZED")


@pytest.mark.parametrize("path", ["/admin", "/admin/", "/admin/orders"])
def test_L13_pages_lead_strangers_to_the_login(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/login")


def test_L11_with_a_second_factor_the_code_is_asked_for_and_signs_in(client, chief):
    secret = factories.second_factor(chief.id)
    refused(client.post("/admin/login", json=LOGIN), 401, "TWO_FACTOR_REQUIRED")
    wrong = client.post("/admin/login", json={**LOGIN, "code": "recovery-is-none"})
    refused(wrong, 401, "INVALID_CREDENTIALS")
    right = client.post("/admin/login", json={**LOGIN, "code": factories.code(secret)})
    assert answered(right, 200, MESSAGE)["message"] == "Admin login successful"


def test_a_signed_in_admin_proves_password_and_code_anew(client, chief):
    client.post("/admin/login", json=LOGIN)
    factories.second_factor(chief.id)
    given = {"password": "not this one", "code": "ABCD-EFGH-JKMN"}
    path, wants = "/admin/account/two-factor/disable", {"Accept": "application/json"}
    refused(client.post(path, data=given, headers=wants), 400, "WRONG_PASSWORD")
    given["password"] = factories.PASSWORD
    refused(client.post(path, data=given, headers=wants), 400, "INVALID_VERIFICATION_CODE")


@pytest.mark.parametrize("path", ["/admin", "/admin/"])
def test_L13_an_admin_sees_pages(client, path):
    client.post("/admin/login", json=LOGIN)
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")


def attributes(cookie: str) -> dict[str, str]:
    parts = [part.strip().partition("=") for part in cookie.split(";")[1:]]
    return {name.lower(): value for name, _, value in parts}


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(client):
    read = attributes(cookie_of(client.post("/admin/login", json=LOGIN)))
    assert "httponly" in read
    assert "secure" not in read
    assert (read["samesite"], read["path"]) == ("Lax", "/")
    assert 0 < int(read["max-age"]) <= 24 * 3600
    assert "domain" not in read


def test_in_production_the_session_cookie_is_secure(make_app):
    production = make_app(
        APP_ENV="production",
        RATELIMIT_ENABLED="true",
        ARGON2_MEMORY_KIB="7168",
        PUBLIC_URL="https://handover.test",
    )
    answer = production.test_client().post(
        "/admin/login", json=LOGIN, environ_base={"REMOTE_ADDR": "192.0.2.77"}
    )
    assert "secure" in attributes(cookie_of(answer))


@pytest.mark.parametrize(
    "origin",
    ["null", "file://", "https://evil.example", "http://localhost:5173", "http://x@handover.test"],
)
def test_a_write_by_cookie_from_another_origin_is_refused(client, origin):
    client.post("/admin/login", json=LOGIN)
    headers = {"Origin": origin}
    body = {"name": "Wash", "price": 1}
    for path in ("/admin/api/services", "/api/v1/services"):
        refused(client.post(path, json=body, headers=headers), 403, "PERMISSION_DENIED")
        assert client.get(path, headers=headers).status_code == 200
    refused(client.post("/admin/logout", json={}, headers=headers), 403, "PERMISSION_DENIED")
    refused(client.post("/admin/login", json=LOGIN, headers=headers), 403, "PERMISSION_DENIED")
    assert client.get("/admin/api/services").json == []


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://handover.test"}])
def test_a_write_by_cookie_from_here_or_without_an_origin_passes(client, headers):
    client.post("/admin/login", json=LOGIN)
    body = {"name": "Wash", "price": 1}
    answer = client.post("/admin/api/services", json=body, headers=headers)
    assert answer.status_code == 201
