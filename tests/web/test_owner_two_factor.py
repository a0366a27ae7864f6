"""The second factor of a business's owner: set up on their pages, asked for at every sign-in."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import database
from app.http.application import Application
from app.models import PendingSignIn, User
from app.operations.actors import SYSTEM
from app.operations.auth.codes import make_recovery_codes
from app.operations.auth.second_factors import remove_second_factor
from app.support import clock
from tests import factories
from tests.factories import PASSWORD
from tests.ledger import data_of, event, events
from tests.rows import writing
from tests.web.admin.forms import alert_of

PAGE, CODE = "/my/account/two-factor", "/login/code"
LOGIN, OLD_LOGIN = "/api/v1/auth/login", "/auth/login"
OWNER = {"email": "owner@example.com", "password": PASSWORD}
NEXT = timedelta(seconds=31)


@pytest.fixture
def owner(app: Application) -> User:
    return factories.user(app, "owner@example.com", role="owner")


@pytest.fixture
def secret(owner: User) -> str:
    """That of the app on the owner's phone."""
    return factories.second_factor(owner.id)


@pytest.fixture
def browser(app: Application, owner: User) -> FlaskClient:
    """The owner's, signed in."""
    client = app.test_client()
    client.set_cookie("session", factories.page_cookie(owner.id))
    return client


def codes_of(page: Any) -> list[str]:
    return re.findall(r"<li>([^<]+)</li>", page.text.partition('class="codes"')[2])


# --- setting it up ------------------------------------------------------------------------------


def test_an_owner_sets_it_up_by_a_key_a_code_and_ten_recovery_codes(browser: FlaskClient) -> None:
    assert 'href="/my/account/two-factor"' in browser.get("/my/account").text
    assert browser.post(f"{PAGE}/start", data={"password": PASSWORD}).headers["Location"] == PAGE
    key = re.search(r'<p class="key">([^<]+)</p>', browser.get(PAGE).text)
    assert key is not None
    code = factories.code(key[1].replace(" ", ""))
    done = browser.post(f"{PAGE}/confirm", data={"code": code})
    assert len(set(codes_of(done))) == 10
    assert "Recovery codes left</dt><dd>10" in browser.get(PAGE).text
    assert [row.action for row in events()] == ["TWO_FACTOR_STARTED", "TWO_FACTOR_ENABLED"]


def test_what_was_signed_in_without_it_ends_when_it_is_switched_on(
    app: Application, owner: User, browser: FlaskClient
) -> None:
    client = app.test_client()
    app_tokens = client.post(LOGIN, json=OWNER).json
    other = app.test_client()
    other.set_cookie("session", factories.page_cookie(owner.id))
    secret = factories.second_factor(owner.id, is_on=False)
    browser.post(f"{PAGE}/confirm", data={"code": factories.code(secret)})
    bearer = {"Authorization": f"Bearer {app_tokens['access_token']}"}
    body = {"refresh_token": app_tokens["refresh_token"]}
    assert client.get("/api/v1/auth/me", headers=bearer).status_code == 401
    assert client.post("/api/v1/auth/refresh", json=body).status_code == 401
    assert other.get("/my/account").status_code == 302
    assert browser.get("/my/account").status_code == 200


def test_it_is_for_those_who_run_a_business(app: Application) -> None:
    client = app.test_client()
    client.set_cookie("session", factories.page_cookie(factories.user(app).id))
    assert PAGE not in client.get("/my/account").text
    assert client.post(f"{PAGE}/start", data={"password": PASSWORD}).status_code == 403


def test_a_new_set_of_recovery_codes_ends_the_old_one(
    app: Application, browser: FlaskClient, secret: str
) -> None:
    proofs = {"password": PASSWORD, "code": factories.code(secret)}
    first = codes_of(browser.post(f"{PAGE}/recovery-codes", data=proofs))
    proofs["code"] = first[0]
    second = codes_of(browser.post(f"{PAGE}/recovery-codes", data=proofs))
    assert (len(first), len(second), set(first) & set(second)) == (10, 10, set())
    answers = [
        app.test_client().post(LOGIN, json=OWNER | {"code": code}).status_code
        for code in (first[1], second[0], second[0], second[1])
    ]
    assert answers == [401, 200, 401, 200]
    assert data_of(events(action="RECOVERY_CODE_USED")[-1]) == {"left": 8}


def test_it_is_switched_off_by_both_proofs(
    app: Application, browser: FlaskClient, secret: str
) -> None:
    proofs = {"password": PASSWORD, "code": factories.code(secret)}
    assert browser.post(f"{PAGE}/disable", data=proofs | {"code": "abc"}).status_code == 400
    assert browser.post(f"{PAGE}/disable", data=proofs).headers["Location"] == PAGE
    assert app.test_client().post(LOGIN, json=OWNER).status_code == 200


# --- signing in at the pages --------------------------------------------------------------------


def test_the_password_alone_opens_nothing(client: FlaskClient, secret: str) -> None:
    asked = client.post("/login", data=OWNER | {"next": "/business/new"})
    assert (asked.status_code, asked.headers["Location"]) == (303, f"{CODE}?next=%2Fbusiness%2Fnew")
    attributes = set(asked.headers["Set-Cookie"].split("; ")[1:])
    assert {"HttpOnly", "SameSite=Strict", "Path=/login", "Max-Age=300"} <= attributes
    assert client.get_cookie("session") is None
    assert client.get("/business").status_code == 302
    assert 'name="next" value="/business/new"' in client.get(asked.headers["Location"]).text


def test_the_code_leads_on_to_where_the_owner_came_from(client: FlaskClient, secret: str) -> None:
    client.post("/login", data=OWNER)
    form = {"code": factories.code(secret), "next": "/business/new"}
    done = client.post(CODE, data=form)
    assert (done.status_code, done.headers["Location"]) == (303, "/business/new")
    assert client.get("/business").status_code == 200
    assert client.get_cookie("sign_in", path="/login") is None
    assert [row.action for row in events()] == ["TWO_FACTOR_ASKED", "LOGIN"]


def test_a_wrong_code_may_be_tried_again(client: FlaskClient, secret: str) -> None:
    client.post("/login", data=OWNER)
    wrong = client.post(CODE, data={"code": "no code"})
    assert (wrong.status_code, "wrong, or was used" in alert_of(wrong)) == (401, True)
    assert event(action="LOGIN_FAILED").outcome == "refused"
    done = client.post(CODE, data={"code": factories.code(secret), "next": "https://evil.example"})
    assert done.headers["Location"] == "/business"


def test_nobody_is_asked_for_a_code_without_a_password(client: FlaskClient, secret: str) -> None:
    assert client.get(CODE).headers["Location"] == "/login"
    assert client.post(CODE, data={"code": factories.code(secret)}).status_code == 401


def test_a_sign_in_that_waits_at_one_door_opens_no_other(
    app: Application, owner: User, secret: str
) -> None:
    boss = factories.user(app, "boss@example.com", role="admin")
    for user_id, door in ((owner.id, "/admin/login/code"), (boss.id, CODE)):
        form = {"code": factories.code(factories.second_factor(user_id))}
        waiting = {"Cookie": f"sign_in={factories.waiting_sign_in(user_id)}"}
        answer = app.test_client().post(door, data=form, headers=waiting)
        assert answer.status_code == 401
        assert "session=" not in str(answer.headers)


# --- clients ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LOGIN, OLD_LOGIN])
def test_a_client_sends_the_code_with_the_password(
    client: FlaskClient, secret: str, path: str
) -> None:
    asked = client.post(path, json=OWNER)
    assert (asked.status_code, asked.json["error_code"]) == (401, "TWO_FACTOR_REQUIRED")
    assert "access_token" not in asked.json
    assert events() == []
    code = factories.code(secret)
    assert client.post(path, json=OWNER | {"code": code, "password": "no"}).status_code == 401
    answer = client.post(path, json=OWNER | {"code": code})
    assert answer.json["customer"]["email"] == "owner@example.com"
    again = client.post(path, json=OWNER | {"code": code})
    assert (again.status_code, again.json["error_code"]) == (401, "INVALID_CREDENTIALS")


def test_a_wrong_code_of_a_client_stays_counted(client: FlaskClient, secret: str) -> None:
    assert client.post(LOGIN, json=OWNER | {"code": "abc"}).status_code == 401
    assert database.db.session.scalars(select(PendingSignIn.tries)).all() == [1]
    assert event(action="LOGIN_FAILED").outcome == "refused"


@pytest.mark.parametrize("code", [7, ["1"], {}, "x" * 65])
def test_without_a_second_factor_an_old_client_is_read_as_ever(
    client: FlaskClient, owner: User, code: object
) -> None:
    assert client.post(OLD_LOGIN, json=OWNER | {"code": code}).status_code == 200


def test_of_rival_clients_one_is_let_in_by_a_recovery_code(
    make_app: Callable[..., Application], owner: User, secret: str
) -> None:
    with writing():
        recovery, *_ = make_recovery_codes(owner.id, at=clock.now())
    clients = [make_app().test_client() for _ in range(4)]
    start, statuses = threading.Barrier(len(clients)), []

    def enter(client: FlaskClient) -> None:
        start.wait()
        body = OWNER | {"code": recovery}
        while (answer := client.post(LOGIN, json=body)).status_code == 503:
            pass  # few hash at once, and the others come again
        statuses.append(answer.status_code)

    rivals = [threading.Thread(target=enter, args=(client,)) for client in clients]
    for one in rivals:
        one.start()
    for one in rivals:
        one.join()
    assert sorted(statuses) == [200, 401, 401, 401]


def test_the_console_switches_it_off_for_an_owner_too(app: Application, secret: str) -> None:

    database.replaying(
        lambda: remove_second_factor(login="owner@example.com", at=clock.now(), actor=SYSTEM)
    )
    assert app.test_client().post(LOGIN, json=OWNER).status_code == 200
