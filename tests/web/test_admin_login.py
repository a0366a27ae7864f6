"""L10 to L13: how an admin signs in and out, as a page and as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import argon2
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app import database
from app.http.application import Application
from app.models import BrowserSession, User
from app.operations.actors import SYSTEM
from app.operations.auth.admin_sessions import PUBLISHED
from app.operations.auth.admins import reset_admin_password
from app.support import clock
from tests import factories
from tests.applications import make_application
from tests.factories import PASSWORD, Customer
from tests.rows import writing

LOGIN = "/admin/login"
BOSS = {"username": "boss", "password": PASSWORD}
OWN = {"Origin": "http://handover.test"}


@pytest.fixture
def boss(app: Application) -> int:
    return factories.user(app, "boss@example.com", role="admin", username="boss").id


def csrf_token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/admin/api/customers").status_code == 200


def test_who_is_no_administrator_finds_their_own_door(client: FlaskClient) -> None:
    first = client.get("/", follow_redirects=True)
    assert (first.request.path, '<a href="/login">' in first.text) == ("/admin/login", True)


@pytest.mark.parametrize("key", ["username", "email"])
@pytest.mark.parametrize("login", ["boss", "BOSS ", "boss@example.com", "Boss@Example.com"])
def test_json_signs_in_by_name_or_address(
    client: FlaskClient, boss: int, key: str, login: str
) -> None:
    answer = client.post(LOGIN, json={key: login, "password": PASSWORD})
    assert (answer.status_code, answer.json) == (200, {"message": "Admin login successful"})
    assert is_signed_in(client)


def test_the_cookie_is_for_this_site_alone_and_lives_a_day(
    make_app: Callable[..., Application], client: FlaskClient, boss: int
) -> None:
    cookie = client.post(LOGIN, json=BOSS).headers["Set-Cookie"]
    attributes = set(cookie.split("; ")[1:])
    assert cookie.startswith("session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=86400"} <= attributes
    shorter = make_app(SESSION_HOURS="8").test_client().post(LOGIN, json=BOSS)
    assert "Max-Age=28800" in shorter.headers["Set-Cookie"]


def test_the_session_is_over_when_the_cookie_is(client: FlaskClient, boss: int) -> None:
    client.post(LOGIN, json=BOSS)
    cookie = client.get_cookie("session")
    assert cookie is not None
    with time_machine.travel(clock.now() + timedelta(hours=24, seconds=1), tick=False):
        late = client.get("/admin/api/customers", headers={"Cookie": f"session={cookie.value}"})
    assert late.status_code == 401


def test_the_cookie_is_not_stored_in_clear(client: FlaskClient, boss: int) -> None:
    client.post(LOGIN, json=BOSS)
    cookie = client.get_cookie("session")
    digest = database.db.session.scalars(select(BrowserSession.token_digest)).one()
    assert cookie is not None
    assert len(digest) == 32
    assert cookie.value.encode() not in digest


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("boss", "wrong one"),
        ("nobody", PASSWORD),
        ("ada@example.com", PASSWORD),
        ("gone", PASSWORD),
    ],
)
def test_every_wrong_login_is_one_answer_after_one_verification(
    app: Application,
    client: FlaskClient,
    boss: int,
    customer: Customer,
    monkeypatch: pytest.MonkeyPatch,
    login: str,
    password: str,
) -> None:
    factories.user(app, role="admin", username="gone", is_active=False)
    count = 0
    verify = argon2.PasswordHasher.verify

    def counted(self: argon2.PasswordHasher, stored: str, given: bytes) -> bool:
        nonlocal count
        count += 1
        return verify(self, stored, given)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    answer = client.post(LOGIN, json={"username": login, "password": password})
    assert (answer.status_code, answer.json["error"]) == (401, "Invalid credentials")
    assert count == 1
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("body", [None, {}, {"username": "boss"}, {"password": PASSWORD}])
@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_or_null_login_is_refused(
    client: FlaskClient, boss: int, body: dict[str, str] | None, nothing: object
) -> None:
    given = {"username": nothing, "password": nothing} | (body or {})
    answer = client.post(LOGIN, json=given)
    assert (answer.status_code, answer.json["error"]) == (400, "Missing fields")
    assert not is_signed_in(client)


@pytest.mark.parametrize("wrong", [5, ["boss"], {"a": 1}, True])
def test_a_login_is_text(client: FlaskClient, boss: int, wrong: object) -> None:
    for name in BOSS:
        assert client.post(LOGIN, json=BOSS | {name: wrong}).status_code == 400


@pytest.mark.parametrize(("name", "password"), sorted(PUBLISHED))
def test_published_credentials_are_refused_even_if_such_an_account_exists(
    app: Application, client: FlaskClient, name: str, password: str
) -> None:
    factories.user(app, role="admin", username=name, password=password)
    for spelling in (name, name.upper(), f" {name}"):
        answer = client.post(LOGIN, json={"username": spelling, "password": password})
        assert answer.status_code == 401
    assert not is_signed_in(client)


def test_a_form_is_led_to_the_pages(client: FlaskClient, boss: int) -> None:
    page = client.get(LOGIN)
    assert page.status_code == 200
    assert 'name="username"' in page.text
    assert 'name="password"' in page.text
    answer = client.post(LOGIN, data=BOSS | {"csrf_token": csrf_token(page.text)}, headers=OWN)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin")
    home = client.get("/admin")
    assert (home.status_code, "<h1>Dashboard</h1>" in home.text) == (200, True)


def test_a_wrong_form_gets_the_page_again(client: FlaskClient, boss: int) -> None:
    answer = client.post(LOGIN, data=BOSS | {"password": "wrong one"})
    assert (answer.status_code, answer.mimetype) == (401, "text/html")
    assert "Invalid credentials" in answer.text
    assert 'name="password"' in answer.text
    assert "wrong one" not in answer.text
    assert client.post(LOGIN, data={"username": "boss"}).status_code == 400


def test_an_old_client_without_origin_and_token_passes(client: FlaskClient, boss: int) -> None:
    assert client.post(LOGIN, data=BOSS).status_code == 302
    assert is_signed_in(client)


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_another_site_signs_nobody_in(client: FlaskClient, boss: int, origin: str) -> None:
    token = csrf_token(client.get(LOGIN).text)
    form = client.post(LOGIN, data=BOSS | {"csrf_token": token}, headers={"Origin": origin})
    assert form.status_code == 403
    assert client.post(LOGIN, json=BOSS, headers={"Origin": origin}).status_code == 403
    assert not is_signed_in(client)


@pytest.mark.parametrize("token", [{}, {"csrf_token": "forged"}, {"csrf_token": ""}])
def test_a_browsers_form_needs_our_token(
    client: FlaskClient, boss: int, token: dict[str, str]
) -> None:
    assert client.post(LOGIN, data=BOSS | token, headers=OWN).status_code == 403
    assert not is_signed_in(client)


def test_the_pages_tell_browsers_to_name_their_origin(client: FlaskClient) -> None:
    assert client.get(LOGIN).headers["Referrer-Policy"] == "same-origin"


def test_no_page_has_a_script_or_a_style_of_its_own(admin: FlaskClient) -> None:
    for path in (LOGIN, "/admin", "/set-password", "/nowhere"):
        page = admin.get(path).text
        assert not re.search(r"<style|style=|<script(?![^>]*src=)| on\w+=", page), path
        for source in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
            with admin.get(source) as file:
                assert file.status_code == 200, source


@pytest.mark.parametrize(
    "path", ["/admin", "/admin/", "/admin/orders", "/admin/a/b", "/admin/apis"]
)
def test_without_a_session_pages_lead_to_the_login(
    client: FlaskClient, admin: FlaskClient, path: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, LOGIN)
    assert admin.get(path).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/admin/api", "/admin/api/", "/admin/api/nothing"])
def test_under_admin_api_there_is_json_and_no_page(
    admin: FlaskClient, method: str, path: str
) -> None:
    answer = admin.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (404, "application/json")


def test_a_logout_ends_the_session_itself(client: FlaskClient, boss: int) -> None:
    client.post(LOGIN, json=BOSS)
    cookie = client.get_cookie("session")
    assert cookie is not None
    answer = client.post("/admin/logout", content_type="application/json")
    assert (answer.status_code, answer.json) == (200, {"message": "Admin logged out"})
    assert client.get_cookie("session") is None
    kept = {"Cookie": f"session={cookie.value}"}
    assert client.get("/admin/api/customers", headers=kept).status_code == 401


def test_the_button_on_the_page_signs_out(client: FlaskClient, boss: int) -> None:
    client.post(LOGIN, json=BOSS)
    token = csrf_token(client.get("/admin").text)
    forged = client.post("/admin/logout", data={"csrf_token": "forged"}, headers=OWN)
    assert forged.status_code == 403
    answer = client.post("/admin/logout", data={"csrf_token": token}, headers=OWN)
    assert (answer.status_code, answer.headers["Location"]) == (302, LOGIN)
    assert not is_signed_in(client)


def test_a_logout_without_a_session_is_401(client: FlaskClient) -> None:
    answer = client.post("/admin/logout", json={})
    assert (answer.status_code, answer.json["error_code"]) == (401, "UNAUTHORIZED")


def test_a_new_password_ends_every_session(
    app: Application, client: FlaskClient, boss: int
) -> None:
    client.post(LOGIN, json=BOSS)
    database.replaying(
        lambda: reset_admin_password(
            login="boss",
            password="another long one",
            passwords=app.extensions["handover_passwords"],
            at=clock.now(),
            actor=SYSTEM,
        )
    )
    assert not is_signed_in(client)
    assert client.post(LOGIN, json=BOSS).status_code == 401


def test_a_deactivated_or_demoted_admin_is_out_at_once(client: FlaskClient, boss: int) -> None:
    client.post(LOGIN, json=BOSS)
    for change in ({"is_active": False}, {"role": "customer"}):
        with writing() as session:
            row = session.get_one(User, boss)
            row.is_active, row.role = True, "admin"
        assert is_signed_in(client)
        with writing() as session:
            row = session.get_one(User, boss)
            for name, value in change.items():
                setattr(row, name, value)
        assert not is_signed_in(client)


@pytest.mark.parametrize("forged", ["", "x", "hs_" + "A" * 43, "é" * 9, "'; --"])
def test_a_forged_cookie_opens_nothing(client: FlaskClient, boss: int, forged: str) -> None:
    client.set_cookie("session", forged)
    assert not is_signed_in(client)


def test_guessing_gets_slower_and_the_page_says_so(
    make_app: Callable[..., Application], boss: int
) -> None:
    client = make_app(RATELIMIT_ENABLED="true").test_client()
    for _ in range(6):
        assert client.post(LOGIN, json=BOSS | {"password": "wrong one"}).status_code == 401
    waiting = client.post(LOGIN, json=BOSS)
    assert (waiting.status_code, waiting.json["error_code"]) == (429, "RATE_LIMITED")
    page = client.post(LOGIN, data=BOSS)
    assert (page.status_code, page.mimetype) == (429, "text/html")
    assert int(page.headers["Retry-After"]) >= 1


def test_the_cookie_is_secure_in_production(environment: dict[str, str], boss: int) -> None:
    production = {
        **environment,
        "APP_ENV": "production",
        "RATELIMIT_ENABLED": "true",
        "ARGON2_MEMORY_KIB": "7168",
        "PUBLIC_URL": "https://handover.test",
    }
    client = make_application(production).test_client()
    assert "Secure" in client.post(LOGIN, json=BOSS).headers["Set-Cookie"].split("; ")
    form = client.get(LOGIN).headers["Set-Cookie"].split("; ")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(form)
