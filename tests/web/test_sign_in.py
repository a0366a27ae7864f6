"""The web's sign-in of customers and owners: sessions that open their own pages and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import argon2
import pytest
import time_machine
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from app import database
from app.http.application import Application
from app.models import User
from app.operations.auth.password_links import make_password_link
from app.support import clock
from tests import factories
from tests.factories import PASSWORD, Customer
from tests.ledger import data_of, event, events
from tests.rows import writing
from tests.web.admin.forms import error_at
from tests.web.browser import MakePage
from tests.web.looking import look_at, walk

LOGIN = "/login"
ADA = {"email": "ada@example.com", "password": PASSWORD}
OWN = {"Origin": "http://handover.test"}
PROTECTED = "/logout"


def csrf_token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def is_signed_in(client: FlaskClient) -> bool:
    """The sign-in leads on who is signed in already."""
    return client.get(LOGIN).status_code == 302


@pytest.mark.parametrize(("role", "home"), [("customer", "/my"), ("owner", "/business")])
def test_everybody_is_led_to_their_own_pages(
    app: Application, client: FlaskClient, role: str, home: str
) -> None:
    factories.user(app, "ada@example.com", role=role)
    answer = client.post(LOGIN, data=ADA)
    assert (answer.status_code, answer.headers["Location"]) == (303, home)
    cookie = answer.headers["Set-Cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=86400"} <= set(cookie[1:])
    assert is_signed_in(client)


def test_who_registers_is_signed_in_and_recorded(client: FlaskClient) -> None:
    answer = client.post("/register", data=ADA | {"name": "Ada", "phone": "0170 1234567"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/my")
    assert "A mail with a code is on its way" in client.get("/my").text
    assert is_signed_in(client)
    made, signed_in = event(action="USER_CREATED"), event(action="LOGIN")
    assert made.subject_user_id == signed_in.subject_user_id
    assert "session_id" in data_of(signed_in)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"password": "short"}, "password"),
        ({"name": " "}, "name"),
        ({"email": "taken@example.com"}, "email"),
    ],
)
def test_a_registration_that_is_not_right_says_why_and_makes_nobody(
    app: Application, client: FlaskClient, changed: dict[str, str], field: str
) -> None:
    factories.user(app, "taken@example.com")
    answer = client.post("/register", data=ADA | {"name": "Ada"} | changed)
    assert answer.status_code == 400
    assert error_at(answer, field)
    assert PASSWORD not in answer.text
    assert not is_signed_in(client)
    assert events(action="USER_CREATED") == []


@pytest.mark.parametrize(
    "email", ["ada@example.com", "nobody@example.com", "gone@example.com", "x"]
)
def test_every_wrong_login_is_one_answer_after_one_verification(
    app: Application, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    factories.user(app, "ada@example.com")
    factories.user(app, "gone@example.com", is_active=False)
    count = 0
    verify = argon2.PasswordHasher.verify

    def counted(self: argon2.PasswordHasher, stored: str, given: bytes) -> bool:
        nonlocal count
        count += 1
        return verify(self, stored, given)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    password = PASSWORD if email == "gone@example.com" else "wrong one"
    answer = client.post(LOGIN, data={"email": email, "password": password})
    assert answer.status_code == 401
    assert "Invalid credentials" in answer.text
    assert count == 1
    assert not is_signed_in(client)
    assert event(action="LOGIN_FAILED").method == "POST"


def test_an_admin_is_led_to_the_admins_door_and_not_signed_in(
    app: Application, client: FlaskClient
) -> None:
    factories.user(app, "ada@example.com", role="admin", username="ada")
    answer = client.post(LOGIN, data=ADA)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/login")
    assert client.get_cookie("session") is None
    wrong = client.post(LOGIN, data=ADA | {"password": "wrong one"})
    assert (wrong.status_code, "Invalid credentials" in wrong.text) == (401, True)
    assert events(action="LOGIN") == []


def test_a_session_of_the_pages_opens_nothing_of_the_admins_whatever_becomes_of_the_account(
    app: Application, client: FlaskClient
) -> None:
    person = factories.user(app, "ada@example.com", role="owner")
    client.post(LOGIN, data=ADA)
    with writing() as session:
        session.get_one(User, person.id).role = "admin"
    assert client.get("/admin").status_code == 302
    assert client.get("/admin/api/customers").status_code == 401
    assert client.get("/api/v1/auth/me").status_code == 401
    assert not is_signed_in(client)


def test_an_admins_session_opens_nothing_of_theirs_whatever_becomes_of_the_account(
    app: Application,
) -> None:
    admin = factories.sign_in_admin(app, "boss@example.com")
    assert admin.post("/logout").status_code == 401
    with writing() as session:
        session.query(User).filter_by(email="boss@example.com").one().role = "customer"
    assert admin.post("/logout").status_code == 401
    assert admin.get("/admin").status_code == 302


def test_signing_in_over_another_session_ends_it(app: Application) -> None:
    factories.user(app, "ada@example.com")
    admin = factories.sign_in_admin(app)
    planted = admin.get_cookie("session")
    assert planted is not None
    admin.post(LOGIN, data=ADA)
    thief = app.test_client()
    thief.set_cookie("session", planted.value)
    assert thief.get("/admin").status_code == 302


def test_a_logout_ends_the_session_itself(app: Application, client: FlaskClient) -> None:
    factories.user(app, "ada@example.com")
    client.post(LOGIN, data=ADA)
    cookie = client.get_cookie("session")
    assert cookie is not None
    answer = client.post("/logout")
    assert (answer.status_code, answer.headers["Location"]) == (303, LOGIN)
    assert client.get_cookie("session") is None
    client.set_cookie("session", cookie.value)
    assert not is_signed_in(client)
    assert event(action="LOGOUT").user_id == event(action="LOGIN").subject_user_id


def test_a_new_password_ends_every_session(app: Application, client: FlaskClient) -> None:
    person = factories.user(app, "ada@example.com")
    client.post(LOGIN, data=ADA)
    with writing():
        token = make_password_link(person.id, at=clock.now())
    app.test_client().post("/set-password", data={"token": token, "password": "another good one"})
    assert not is_signed_in(client)


def test_a_session_is_over_when_its_time_is(app: Application, client: FlaskClient) -> None:
    factories.user(app, "ada@example.com")
    client.post(LOGIN, data=ADA)
    cookie = client.get_cookie("session")
    assert cookie is not None
    with time_machine.travel(clock.now() + timedelta(hours=24, seconds=1), tick=False):
        late = client.get(LOGIN, headers={"Cookie": f"session={cookie.value}"})
    assert late.status_code == 200


@pytest.mark.parametrize(
    "way", ["/my", "/b/salon?service=1&date=2026-12-01", "/business/a/calendar"]
)
def test_the_sign_in_leads_back_to_where_somebody_came_from(
    app: Application, client: FlaskClient, way: str
) -> None:
    factories.user(app, "ada@example.com")
    page = client.get(LOGIN, query_string={"next": way}).text
    assert f'name="next" value="{way.replace("&", "&amp;")}"' in page
    assert client.post(LOGIN, data=ADA | {"next": way}).headers["Location"] == way


@pytest.mark.parametrize(
    "way",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "my",
        "/\n/evil.example",
        "/é",
        "/" + "a" * 600,
        "http:///evil.example",
        "//[",
    ],
)
def test_it_leads_to_no_other_site(app: Application, client: FlaskClient, way: str) -> None:
    factories.user(app, "ada@example.com")
    assert 'name="next"' not in client.get(LOGIN, query_string={"next": way}).text
    assert client.post(LOGIN, data=ADA | {"next": way}).headers["Location"] == "/my"


@pytest.mark.parametrize("path", [LOGIN, "/register"])
@pytest.mark.parametrize("token", [{}, {"csrf_token": "forged"}])
def test_a_browsers_form_needs_our_token(
    app: Application, client: FlaskClient, path: str, token: dict[str, str]
) -> None:
    factories.user(app, "ada@example.com")
    sent = client.post(path, data=ADA | {"name": "Ada"} | token, headers=OWN)
    assert sent.status_code == 403
    foreign = client.post(path, data=ADA, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert not is_signed_in(client)


def test_a_logout_needs_our_token(app: Application, client: FlaskClient) -> None:
    factories.user(app, "ada@example.com")
    client.post(LOGIN, data=ADA)
    assert client.post("/logout", data={"csrf_token": "forged"}, headers=OWN).status_code == 403
    token = csrf_token(client.get("/nowhere-with-a-form").text + client.get("/track").text)
    assert client.post("/logout", data={"csrf_token": token}, headers=OWN).status_code == 303


def test_guesses_are_slowed_down_at_the_page_and_at_the_api_alike(
    make_app: Callable[..., Application], customer: Customer
) -> None:
    client = make_app(RATELIMIT_ENABLED="true").test_client()
    for _ in range(3):
        client.post("/api/v1/auth/login", json=ADA | {"password": "wrong one"})
        client.post(LOGIN, data=ADA | {"password": "wrong one"})
    waiting = client.post(LOGIN, data=ADA)
    assert (waiting.status_code, waiting.mimetype) == (429, "text/html")
    assert int(waiting.headers["Retry-After"]) >= 1


def test_a_made_up_token_does_not_spare_the_count(make_app: Callable[..., Application]) -> None:
    client = make_app(RATELIMIT_ENABLED="true").test_client()
    answers = [
        client.post(
            LOGIN,
            data={"email": f"a{number}@example.com", "password": "x"},
            headers={"Authorization": "Bearer made-up"},
        ).status_code
        for number in range(11)
    ]
    assert answers[-1] == 429


def test_the_session_costs_one_statement(app: Application, client: FlaskClient) -> None:
    from tests.statements import counted_statements

    factories.user(app, "ada@example.com")
    client.post(LOGIN, data=ADA)
    with counted_statements() as statements:
        assert is_signed_in(client)
    assert len(statements) == 1


@pytest.mark.browser
def test_somebody_registers_and_signs_out_and_in_by_keyboard(plain_page: Page) -> None:
    page = plain_page
    page.goto("/register?next=/track")
    page.get_by_label("Your name").focus()
    for text in ("Ada Lovelace", "ada@example.com", "0170 1234567", PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Find your order")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/login")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Password").fill("wrong one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Invalid credentials")
    expect(page.get_by_label("E-mail address")).to_have_value("ada@example.com")


@pytest.mark.browser
def test_they_are_good_to_look_at(make_page: MakePage) -> None:
    page = make_page()
    page.goto("/login?next=/my")
    look_at(page, "sign-in")
    stops = [
        "E-mail address",
        "Password",
        "Sign in",
        "Forgotten your password?",
        "Make an account",
        "Administrators sign in here",
    ]
    assert walk(page) == stops
    page.goto("/register")
    look_at(page, "register")
    page.get_by_label("E-mail address").fill("ada@nowhere")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    expect(page.locator(".error").first).to_be_visible()
    look_at(page, "register-refused")


def test_nothing_is_kept_of_a_registration_whose_address_was_taken(
    app: Application, client: FlaskClient
) -> None:
    factories.user(app, "ada@example.com")
    assert client.post("/register", data=ADA | {"name": "Eve"}).status_code == 400
    assert database.db.session.query(User).filter_by(name="Eve").count() == 0
