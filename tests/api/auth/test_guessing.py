"""Limits on the auth routes, and delays that grow with wrong guesses (contract.md 9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from app.http import limits
from app.http.application import Application
from app.http.limits import FIRST_DELAY_SECONDS
from app.support import clock
from tests import factories
from tests.factories import PASSWORD

LOGIN = "/api/v1/auth/login"
ADA = {"email": "ada@example.com", "password": PASSWORD}
WRONG = ADA | {"password": "wrong password"}


@pytest.fixture
def limited(make_app: Callable[..., Application], app: Application) -> FlaskClient:
    factories.user(app, "ada@example.com")
    return make_app(RATELIMIT_ENABLED="true").test_client()


def test_the_eleventh_request_of_a_minute_waits(limited: FlaskClient) -> None:
    bodies = [{"email": f"user{n}@example.com", "password": PASSWORD} for n in range(11)]
    answers = [limited.post(LOGIN, json=body) for body in bodies]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert answers[-1].json["error_code"] == "RATE_LIMITED"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_a_forged_forwarding_header_makes_nobody_a_new_client(limited: FlaskClient) -> None:
    statuses = [
        limited.post(LOGIN, json=WRONG, headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code
        for n in range(11)
    ]
    assert 429 in statuses[6:]
    assert statuses[-1] == 429


def test_behind_one_proxy_the_last_forwarded_address_counts(
    make_app: Callable[..., Application],
) -> None:
    client = make_app(RATELIMIT_ENABLED="true", TRUSTED_PROXIES="1").test_client()
    statuses = [
        client.post(
            LOGIN,
            json={"email": f"user{n}@example.com", "password": PASSWORD},
            headers={"X-Forwarded-For": f"10.0.0.{n}, 192.0.2.7"},
        ).status_code
        for n in range(11)
    ]
    assert statuses[-1] == 429


def test_guesses_at_one_account_wait_longer_and_longer(
    make_app: Callable[..., Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FIRST_DELAY_SECONDS", FIRST_DELAY_SECONDS)
    # Redis does not travel in time: its own clock ends a wait.
    limited = make_app(RATELIMIT_ENABLED="true", REDIS_URL="").test_client()
    start = clock.now().replace(second=0)
    waits = []
    with time_machine.travel(start, tick=False) as traveller:
        for _ in range(9):
            answer = limited.post(LOGIN, json=WRONG)
            for _ in range(3):
                if answer.status_code != 429:
                    break
                waits.append(int(answer.headers["Retry-After"]))
                traveller.shift(timedelta(seconds=waits[-1] + 1))
                answer = limited.post(LOGIN, json=WRONG)
    assert waits[:2] == [2, 4]
    assert waits == sorted(waits)
    assert len(waits) >= 3  # the last is that of any address: it asks eleven times a minute


def test_while_an_account_waits_the_right_password_is_not_even_tried(
    limited: FlaskClient,
) -> None:
    for _ in range(6):
        assert limited.post(LOGIN, json=WRONG).status_code == 401
    assert limited.post(LOGIN, json=ADA).status_code == 429


def test_a_stranger_elsewhere_cannot_make_a_person_wait(limited: FlaskClient) -> None:
    stranger = {"REMOTE_ADDR": "198.51.100.9"}
    for _ in range(7):
        limited.post(LOGIN, json=WRONG, environ_base=stranger)
    assert limited.post(LOGIN, json=ADA, environ_base=stranger).status_code == 429
    assert limited.post(LOGIN, json=ADA).status_code == 200


def test_the_spelling_of_an_address_gives_no_new_guesses(limited: FlaskClient) -> None:
    for spelling in ("ADA@example.com", " ada@example.com", "Ada@Example.Com") * 2:
        limited.post(LOGIN, json=WRONG | {"email": spelling})
    assert limited.post(LOGIN, json=ADA).status_code == 429


def test_a_success_forgives(limited: FlaskClient) -> None:
    for _ in range(4):
        limited.post(LOGIN, json=WRONG)
    assert limited.post(LOGIN, json=ADA).status_code == 200
    for _ in range(4):
        assert limited.post(LOGIN, json=WRONG).status_code == 401


def test_who_is_signed_in_stays_so_while_others_guess(
    make_app: Callable[..., Application], app: Application
) -> None:
    limited_app = make_app(RATELIMIT_ENABLED="true")
    ada = factories.sign_up(limited_app, "ada@example.com")
    client, browser = limited_app.test_client(), limited_app.test_client()
    browser.set_cookie("session", factories.page_cookie(ada.id))
    statuses = [client.post(LOGIN, json=WRONG).status_code for _ in range(8)]
    assert statuses[-1] == 429
    assert client.get("/api/v1/auth/me", headers=ada.headers).status_code == 200
    assert browser.get("/my").status_code == 200
    refresh = {"refresh_token": ada.refresh_token}
    assert client.post("/api/v1/auth/refresh", json=refresh).status_code == 200


def test_guesses_at_the_pages_make_nobody_wait_elsewhere(limited: FlaskClient) -> None:
    factories.user(limited.application, "boss@example.com", role="admin")  # type: ignore[arg-type]
    doors = {
        "/login": {"email": "ada@example.com"},
        "/admin/login": {"username": "boss@example.com"},
    }
    for number, (door, who) in enumerate(doors.items()):
        stranger = {"REMOTE_ADDR": f"198.51.100.{number}"}
        for _ in range(8):
            limited.post(door, data=who | {"password": "wrong password"}, environ_base=stranger)
        right = who | {"password": PASSWORD}
        assert limited.post(door, data=right, environ_base=stranger).status_code == 429
        assert limited.post(door, data=right).status_code in (302, 303)


def test_another_name_of_an_account_gives_no_new_guesses(
    limited: FlaskClient, app: Application
) -> None:
    names = ("boss@example.com", "+4930901820", "boss")
    known = {"username": "boss", "login_phone": "+4930901820", "role": "admin"}
    factories.user(app, "boss@example.com", **known)
    guesses = [(LOGIN, "email", names[n % 3]) for n in range(4)]
    guesses += [("/admin/login", "username", names[n % 3]) for n in range(2)]
    for door, field, name in guesses:
        guess = {field: name, "password": "wrong password"}
        assert limited.post(door, json=guess).status_code == 401
    for name in names:
        right = {"email": name, "password": PASSWORD}
        assert limited.post(LOGIN, json=right).status_code == 429
        assert limited.post("/admin/login", json=right).status_code == 429
    home = {"REMOTE_ADDR": "198.51.100.9"}
    assert limited.post(LOGIN, json=right, environ_base=home).status_code == 200


def test_a_guess_is_recorded_under_the_name_that_was_typed(
    limited: FlaskClient, app: Application, admin: FlaskClient
) -> None:
    factories.user(app, "bea@example.com", username="bea")
    limited.post(LOGIN, json={"email": "bea@example.com", "password": "wrong password"})
    told = admin.get("/api/v1/audit/logs?action=LOGIN_FAILED").json["logs"]
    assert [one["tried_login"] for one in told] == ["bea@example.com"]


def test_a_worker_is_guessed_at_no_more_by_the_address_than_by_the_number(
    limited: FlaskClient, app: Application
) -> None:
    hashed = app.extensions["handover_passwords"].hash(PASSWORD)
    worker = factories.worker(email="wanda@example.com", password_hash=hashed)
    ways = [{"worker_id": worker.id}, {"email": "wanda@example.com"}]
    for number in range(6):
        guess = ways[number % 2] | {"password": "wrong password"}
        assert limited.post("/api/v1/workers/login", json=guess).status_code == 401
    for way in ways:
        right = way | {"password": PASSWORD}
        assert limited.post("/api/v1/workers/login", json=right).status_code == 429
