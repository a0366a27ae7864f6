"""Cookies: no script reads them, nobody plants them, and what was stolen dies with its session."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from app.http.application import Application
from tests import factories
from tests.factories import PASSWORD
from tests.ledger import data_of, events

LOGIN = "/admin/login"
BOSS = {"username": "boss", "password": PASSWORD}


@pytest.fixture
def boss(app: Application) -> int:
    return factories.user(app, role="admin", username="boss").id


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/admin/api/customers").status_code == 200


def session_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


@pytest.mark.browser
def test_a_script_on_our_own_page_reads_no_cookie(page: Page, boss: int) -> None:
    factories.second_factor(boss)
    page.goto(LOGIN)
    for name in ("User name or e-mail", "Password"):
        page.get_by_label(name).fill(BOSS["username" if name[0] == "U" else "password"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").wait_for()
    held = {one["name"] for one in page.context.cookies(page.url)}
    assert {"sign_in", "form"} <= held
    assert page.evaluate("document.cookie") == ""


@pytest.mark.browser
def test_a_script_reads_no_session_cookie(page: Page, boss: int) -> None:
    page.goto(LOGIN)
    page.get_by_label("User name or e-mail").fill("boss")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin")
    assert "session" in {one["name"] for one in page.context.cookies()}
    assert page.evaluate("document.cookie") == ""
    headers = page.evaluate(
        "fetch('/admin/account').then((answer) => answer.headers.get('set-cookie'))"
    )
    assert headers is None


def test_a_planted_session_cookie_is_not_adopted(client: FlaskClient, boss: int) -> None:
    client.set_cookie("session", "hs_" + "A" * 43)
    client.post(LOGIN, json=BOSS)
    assert session_of(client) != "hs_" + "A" * 43
    thief = client.application.test_client()
    thief.set_cookie("session", "hs_" + "A" * 43)
    assert not is_signed_in(thief)


def test_an_attackers_own_session_ends_when_the_victim_signs_in_over_it(
    app: Application, boss: int
) -> None:
    attacker, victim = factories.sign_in_admin(app), app.test_client()
    planted = session_of(attacker)
    victim.set_cookie("session", planted)
    assert victim.post(LOGIN, json=BOSS).status_code == 200
    assert session_of(victim) != planted
    assert is_signed_in(victim)
    assert not is_signed_in(attacker)


def test_each_sign_in_has_a_new_cookie_and_ends_the_browsers_old_session(
    app: Application, client: FlaskClient, boss: int
) -> None:
    client.post(LOGIN, json=BOSS)
    old = session_of(client)
    client.post(LOGIN, json=BOSS)
    assert session_of(client) != old
    stolen = app.test_client()
    stolen.set_cookie("session", old)
    assert not is_signed_in(stolen)
    first, second = (data_of(row) for row in events(action="LOGIN"))
    assert second["ended_session_id"] == first["session_id"]


def test_a_second_factor_does_not_spare_the_old_session(app: Application, boss: int) -> None:
    client = app.test_client()
    client.post(LOGIN, json=BOSS)
    old = session_of(client)
    code = factories.code(factories.second_factor(boss))
    client.post(LOGIN, data=BOSS)
    assert client.post("/admin/login/code", data={"code": code}).status_code == 303
    stolen = app.test_client()
    stolen.set_cookie("session", old)
    assert not is_signed_in(stolen)


def test_a_form_token_from_before_the_sign_in_is_of_no_use_after_it(
    client: FlaskClient, boss: int
) -> None:
    page = client.get(LOGIN).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    own = {"Origin": "http://handover.test"}
    assert client.post(LOGIN, data=BOSS | {"csrf_token": token}, headers=own).status_code == 302
    form = {"csrf_token": token}
    assert client.post("/admin/logout", data=form, headers=own).status_code == 403
    assert is_signed_in(client)


def test_a_waiting_sign_in_of_the_attackers_gives_the_victim_no_session_of_theirs(
    app: Application, boss: int
) -> None:
    attacker = factories.user(app, role="admin", username="mallory").id
    factories.second_factor(attacker)
    client = app.test_client()
    client.set_cookie("sign_in", factories.waiting_sign_in(attacker), path=LOGIN)
    code = factories.code(factories.second_factor(boss))
    assert client.post("/admin/login/code", data={"code": code}).status_code == 401
    assert client.get_cookie("session") is None
