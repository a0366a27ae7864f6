"""Limits on the auth routes, and delays that grow with wrong guesses (contract.md 9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from app.http.application import Application
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
    make_app: Callable[..., Application],
) -> None:
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
    assert waits == sorted(waits)
    assert len(waits) >= 3
    assert waits[-1] > waits[0]


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
