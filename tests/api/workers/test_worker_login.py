"""V20: a worker's login makes a device of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import argon2
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app import database
from app.http.application import Application
from app.models import Device, Worker
from app.support import clock
from tests import factories

LOGIN = "/api/v1/workers/login"
ME = "/api/v1/devices/me"
PIN = "482913"


@pytest.fixture
def will(app: Application) -> Worker:
    hasher = app.extensions["handover_passwords"]
    return factories.worker("Will", email="will@example.com", password_hash=hasher.hash(PIN))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("key", ["worker_id", "email"])
def test_a_worker_logs_in_by_id_or_address(client: FlaskClient, will: Worker, key: str) -> None:
    who = {"worker_id": will.id, "email": " WILL@example.com"}[key]
    answer = client.post(LOGIN, json={key: who, "password": PIN})
    assert answer.status_code == 200
    assert set(answer.json) == {"worker_token", "worker"}
    assert answer.json["worker"] == {"id": will.id, "name": "Will", "email": "will@example.com"}
    assert client.get(ME, headers=bearer(answer.json["worker_token"])).status_code == 200


def test_a_login_makes_a_device_bound_to_the_worker(client: FlaskClient, will: Worker) -> None:
    client.post(LOGIN, json={"worker_id": will.id, "password": PIN})
    device = database.db.session.scalars(select(Device).where(Device.origin == "login")).one()
    assert (device.worker_id, device.profile) == (will.id, "scan")


def test_a_login_on_one_device_never_ends_anothers(client: FlaskClient, will: Worker) -> None:
    body = {"worker_id": will.id, "password": PIN}
    tokens = [client.post(LOGIN, json=body).json["worker_token"] for _ in range(3)]
    assert len(set(tokens)) == 3
    for token in tokens:
        assert client.get(ME, headers=bearer(token)).status_code == 200


def test_a_login_is_over_after_ninety_days_without_use(client: FlaskClient, will: Worker) -> None:
    body = {"worker_id": will.id, "password": PIN}
    token = client.post(LOGIN, json=body).json["worker_token"]
    for days, status in ((89, 200), (91, 401)):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            assert client.get(ME, headers=bearer(token)).status_code == status


def test_every_refusal_is_alike_and_takes_one_verification(
    client: FlaskClient, will: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 0
    verify = argon2.PasswordHasher.verify

    def counted(self: argon2.PasswordHasher, stored: str, password: bytes) -> bool:
        nonlocal count
        count += 1
        return verify(self, stored, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    gone = factories.worker("Gone", password_hash=will.password_hash, is_active=False)
    answers = []
    for body in (
        {"worker_id": will.id, "password": "000000"},
        {"worker_id": 999999, "password": PIN},
        {"worker_id": gone.id, "password": PIN},
        {"worker_id": factories.worker("No PIN").id, "password": PIN},
        {"email": "nobody@example.com", "password": PIN},
        {"email": "not an address", "password": PIN},
    ):
        count = 0
        answer = client.post(LOGIN, json=body)
        answers.append((answer.status_code, answer.json | {"request_id": ""}))
        assert count == 1, body
    assert answers[0][0] == 401
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"password": PIN},
        {"worker_id": 1},
        {"worker_id": 1, "password": ""},
        {"worker_id": 1, "password": None},
        {"worker_id": "1", "password": PIN},
        {"worker_id": 2**63, "password": PIN},
        {"email": "", "password": PIN},
        {"email": None, "worker_id": None, "password": PIN},
    ],
)
def test_a_login_without_a_name_or_a_secret_is_400(client: FlaskClient, body: object) -> None:
    assert client.post(LOGIN, json=body).status_code == 400


def test_guessing_a_pin_gets_slower(make_app: Callable[..., Application], will: Worker) -> None:
    client = make_app(RATELIMIT_ENABLED="true").test_client()
    guesses = [{"worker_id": will.id, "password": f"00000{n}"} for n in range(6)]
    assert [client.post(LOGIN, json=body).status_code for body in guesses] == [401] * 6
    answer = client.post(LOGIN, json={"worker_id": will.id, "password": PIN})
    assert (answer.status_code, answer.json["error_code"]) == (429, "RATE_LIMITED")
