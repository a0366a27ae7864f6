"""The code at sign-in: asked for after the password, accepted once, a few tries, by page and by JSON."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from app import database
from app.http.application import Application
from app.models import BrowserSession, PendingSignIn, User
from app.operations.auth import pending
from app.operations.auth.codes import make_recovery_codes
from app.support import clock
from tests import factories
from tests.factories import PASSWORD
from tests.ledger import event, events
from tests.rows import writing
from tests.web.admin.forms import alert_of

LOGIN, CODE = "/admin/login", "/admin/login/code"
BOSS = {"username": "boss", "password": PASSWORD}
NEXT = timedelta(seconds=31)


@pytest.fixture
def boss(app: Application) -> User:
    return factories.user(app, "boss@example.com", role="admin", username="boss")


@pytest.fixture
def secret(boss: User) -> str:
    """That of the app on the boss's phone."""
    return factories.second_factor(boss.id)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/admin/api/customers").status_code == 200


def send_code(client: FlaskClient, code: str) -> TestResponse:
    return client.post(CODE, data={"code": code})


# --- signing in ---------------------------------------------------------------------------------


def test_the_password_alone_opens_nothing(client: FlaskClient, secret: str) -> None:
    asked = client.post(LOGIN, data=BOSS)
    assert (asked.status_code, asked.headers["Location"]) == (303, CODE)
    assert client.get_cookie("session") is None
    assert not is_signed_in(client)
    assert client.get("/admin").headers["Location"] == LOGIN
    assert "authenticator" in client.get(CODE).text


def test_the_code_opens_the_pages(client: FlaskClient, boss: User, secret: str) -> None:
    client.post(LOGIN, data=BOSS)
    done = send_code(client, factories.code(secret))
    assert (done.status_code, done.headers["Location"]) == (303, "/admin")
    assert is_signed_in(client)
    assert client.get_cookie("sign_in", path=LOGIN) is None
    assert [row.action for row in events()] == ["TWO_FACTOR_ASKED", "LOGIN"]


def test_the_waiting_cookie_is_closed_to_scripts_and_other_sites(
    client: FlaskClient, secret: str
) -> None:
    cookie = client.post(LOGIN, data=BOSS).headers["Set-Cookie"]
    assert cookie.startswith("sign_in=")
    attributes = set(cookie.split("; ")[1:])
    assert {"HttpOnly", "SameSite=Strict", "Path=/admin/login", "Max-Age=300"} <= attributes


def test_without_a_password_proved_no_code_is_asked_for(client: FlaskClient, secret: str) -> None:
    assert client.get(CODE).headers["Location"] == LOGIN
    refused = send_code(client, factories.code(secret))
    assert (refused.status_code, "Start again" in alert_of(refused)) == (401, True)
    assert not is_signed_in(client)


def test_a_wrong_code_may_be_tried_again_and_is_recorded(
    client: FlaskClient, boss: User, secret: str
) -> None:
    client.post(LOGIN, data=BOSS)
    wrong = send_code(client, "000000" if factories.code(secret) != "000000" else "111111")
    assert wrong.status_code == 401
    assert "wrong, or was used already" in alert_of(wrong)
    assert event(action="LOGIN_FAILED").outcome == "refused"
    assert send_code(client, factories.code(secret)).status_code == 303


def test_after_five_tries_the_password_is_asked_for_again(client: FlaskClient, secret: str) -> None:
    client.post(LOGIN, data=BOSS)
    for _ in range(pending.TRIES):
        assert send_code(client, "no code").status_code == 401
    late = send_code(client, factories.code(secret))
    assert (late.status_code, "too many tries" in alert_of(late)) == (401, True)
    assert client.get(CODE).headers["Location"] == LOGIN
    assert not is_signed_in(client)


def test_a_sign_in_waits_five_minutes(client: FlaskClient, secret: str) -> None:
    client.post(LOGIN, data=BOSS)
    cookie = client.get_cookie("sign_in", path=LOGIN)
    assert cookie is not None
    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1), tick=False):
        kept = {"Cookie": f"sign_in={cookie.value}"}
        late = client.post(CODE, data={"code": factories.code(secret)}, headers=kept)
    assert late.status_code == 401
    assert not is_signed_in(client)


def test_a_code_is_accepted_once(app: Application, secret: str) -> None:
    code = factories.code(secret)
    statuses = []
    for _ in range(2):
        client = app.test_client()
        client.post(LOGIN, data=BOSS)
        statuses.append(send_code(client, code).status_code)
    assert statuses == [303, 401]
    with time_machine.travel(clock.now() + NEXT, tick=False):
        assert send_code(client, factories.code(secret)).status_code == 303


def test_a_code_from_before_the_last_one_is_not_accepted(app: Application, secret: str) -> None:
    old = factories.code(secret)
    with time_machine.travel(clock.now() + NEXT, tick=False):
        for code, status in ((factories.code(secret), 303), (old, 401)):
            client = app.test_client()
            client.post(LOGIN, data=BOSS)
            assert send_code(client, code).status_code == status


@pytest.mark.parametrize("kind", ["generated", "recovery"])
def test_of_rival_processes_one_is_let_in_by_a_code(
    make_app: Callable[..., Application], boss: User, secret: str, kind: str
) -> None:
    clients = [make_app().test_client() for _ in range(4)]
    for client in clients:
        client.post(LOGIN, data=BOSS)
    with writing():
        recovery, *_ = make_recovery_codes(boss.id, at=clock.now())
    code = factories.code(secret) if kind == "generated" else recovery
    start = threading.Barrier(len(clients))
    statuses = []

    def enter(client: FlaskClient) -> None:
        start.wait()
        statuses.append(send_code(client, code).status_code)

    rivals = [threading.Thread(target=enter, args=(client,)) for client in clients]
    for one in rivals:
        one.start()
    for one in rivals:
        one.join()
    assert sorted(statuses) == [303, 401, 401, 401]
    assert database.db.session.scalar(select(func.count(BrowserSession.id))) == 1


def test_one_waiting_sign_in_lets_one_in(app: Application, boss: User, secret: str) -> None:
    client = app.test_client()
    client.post(LOGIN, data=BOSS)
    cookie = client.get_cookie("sign_in", path=LOGIN)
    assert cookie is not None
    assert send_code(client, factories.code(secret)).status_code == 303
    kept = {"Cookie": f"sign_in={cookie.value}"}
    with time_machine.travel(clock.now() + NEXT, tick=False):
        form = {"code": factories.code(secret)}
        assert app.test_client().post(CODE, data=form, headers=kept).status_code == 401


def test_a_deactivated_admin_does_not_finish_a_sign_in(
    client: FlaskClient, boss: User, secret: str
) -> None:
    client.post(LOGIN, data=BOSS)
    with writing() as session:
        session.execute(update(User).where(User.id == boss.id).values(is_active=False))
    assert send_code(client, factories.code(secret)).status_code == 401
    assert not is_signed_in(client)


def test_wrong_codes_of_an_account_are_counted_wherever_they_come_from(
    client: FlaskClient, boss: User, secret: str
) -> None:
    with writing() as session:
        now = clock.now()
        session.add_all(
            PendingSignIn(
                user_id=boss.id,
                token_digest=bytes([one]) * 32,
                tries=5,
                created_at=now,
                expires_at=now,
            )
            for one in range(6)
        )
    client.post(LOGIN, data=BOSS)
    waiting = send_code(client, factories.code(secret))
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "3600")
    assert not is_signed_in(client)
    with time_machine.travel(clock.now() + timedelta(hours=1, minutes=1), tick=False):
        client.post(LOGIN, data=BOSS)
        assert send_code(client, factories.code(secret)).status_code == 303


# --- JSON (L11) ---------------------------------------------------------------------------------


def test_json_sends_the_code_with_the_password(client: FlaskClient, secret: str) -> None:
    asked = client.post(LOGIN, json=BOSS)
    assert (asked.status_code, asked.json["error_code"]) == (401, "TWO_FACTOR_REQUIRED")
    assert asked.headers.getlist("Set-Cookie") == []
    assert events() == []
    code = factories.code(secret)
    assert client.post(LOGIN, json=BOSS | {"code": code, "password": "no"}).status_code == 401
    answer = client.post(LOGIN, json=BOSS | {"code": code})
    assert (answer.status_code, answer.json) == (200, {"message": "Admin login successful"})
    assert is_signed_in(client)
    assert (
        client.post(LOGIN, json=BOSS | {"code": code}).json["error_code"] == "INVALID_CREDENTIALS"
    )


def test_a_wrong_code_in_json_stays_counted(client: FlaskClient, boss: User, secret: str) -> None:
    assert client.post(LOGIN, json=BOSS | {"code": "abc"}).status_code == 401
    assert database.db.session.scalars(select(PendingSignIn.tries)).all() == [1]


@pytest.mark.parametrize("code", [7, ["1"], True, "x" * 65])
def test_without_a_second_factor_json_is_read_as_ever(
    client: FlaskClient, boss: User, code: object
) -> None:
    answer = client.post(LOGIN, json=BOSS | {"code": code})
    assert (answer.status_code, answer.json) == (200, {"message": "Admin login successful"})
    assert len(answer.headers.getlist("Set-Cookie")) == 1
