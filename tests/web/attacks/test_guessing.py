"""Guessing gets slower for an account at an address, and stops nobody at any other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from app.http import credentials
from app.http.application import Application
from tests import factories, mails
from tests.factories import PASSWORD

LOGIN, CODE = "/admin/login", "/admin/login/code"
BOSS = {"username": "boss", "password": PASSWORD}
FOE, HOME = "192.0.2.66", "192.0.2.7"


@pytest.fixture
def limited(make_app: Callable[..., Application], app: Application) -> Application:
    return make_app(RATELIMIT_ENABLED="true")


@pytest.fixture
def boss(app: Application) -> int:
    return factories.user(app, role="admin", username="boss").id


def sign_in(app: Application, address: str, **changed: str) -> TestResponse:
    where = {"REMOTE_ADDR": address}
    return app.test_client().post(LOGIN, json=BOSS | changed, environ_base=where)


def test_a_guesser_waits_and_the_owner_elsewhere_does_not(limited: Application, boss: int) -> None:
    for guess in range(6):
        assert sign_in(limited, FOE, password=f"guess {guess}").status_code == 401
    for password in ("guess 7", PASSWORD):
        waiting = sign_in(limited, FOE, password=password)
        assert (waiting.status_code, waiting.json["error_code"]) == (429, "RATE_LIMITED")
        assert int(waiting.headers["Retry-After"]) >= 1
    assert sign_in(limited, HOME).status_code == 200


def test_one_address_has_ten_sign_ins_a_minute_whatever_the_account(limited: Application) -> None:
    statuses = [sign_in(limited, FOE, username=f"name{one}").status_code for one in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    assert sign_in(limited, HOME, username="name0").status_code == 401


def test_codes_are_guessed_no_faster_than_passwords(limited: Application, boss: int) -> None:
    secret = factories.second_factor(boss)
    where = {"REMOTE_ADDR": FOE}
    statuses = []
    for _ in range(2):
        client = limited.test_client()
        client.set_cookie("sign_in", factories.waiting_sign_in(boss), path=LOGIN)
        for _ in range(4):
            guessed = client.post(CODE, data={"code": "no code"}, environ_base=where)
            statuses.append(guessed.status_code)
    assert statuses == [401] * 6 + [429] * 2
    owner = limited.test_client()
    owner.set_cookie("sign_in", factories.waiting_sign_in(boss), path=LOGIN)
    form = {"code": factories.code(secret)}
    home = {"REMOTE_ADDR": HOME}
    assert owner.post(CODE, data=form, environ_base=home).status_code == 303


@pytest.mark.parametrize("form", ["two-factor/start", "password"])
def test_an_open_browser_gives_no_more_guesses_of_the_password(
    limited: Application, boss: int, form: str
) -> None:
    client = limited.test_client()
    assert client.post(LOGIN, json=BOSS).status_code == 200
    sent = [{"password": f"guess {one}", "new_password": "another good one"} for one in range(7)]
    statuses = [client.post(f"/admin/account/{form}", data=one).status_code for one in sent]
    assert statuses == [400] * 6 + [429]


def test_a_stolen_session_gives_no_more_guesses_from_more_addresses(
    limited: Application, boss: int
) -> None:
    wrong = mails.another(factories.code(factories.second_factor(boss)))
    session = factories.session_cookie(boss)
    statuses = []
    for number in range(7):
        thief = limited.test_client()
        thief.set_cookie("session", session)
        guess = {"password": PASSWORD, "code": wrong}
        where = {"REMOTE_ADDR": f"198.51.100.{number}"}
        path = "/admin/account/two-factor/disable"
        statuses.append(thief.post(path, data=guess, environ_base=where).status_code)
    assert statuses == [400] * 6 + [429]
    at_the_door = sign_in(limited, HOME).json["error_code"]
    assert at_the_door == "TWO_FACTOR_REQUIRED", "the guesses hold nobody up who signs in"


@pytest.mark.parametrize("path", ["/api/v1/workers/login", "/employee/login"])
def test_a_pin_is_not_guessed_from_many_addresses(
    limited: Application, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(credentials, "FREE_GUESSES_OF_A_PIN", 9)
    worker = factories.worker("Wanda")
    statuses = []
    for number in range(11):
        guess = {"email": worker.email, "password": f"{number:06}"}
        where = {"REMOTE_ADDR": f"2001:db8:0:{number:x}::1"}
        answer = limited.test_client().post(path, json=guess, environ_base=where)
        statuses.append(answer.status_code)
    assert statuses == [401] * 10 + [429]
