"""V21d: how a device comes to its token, and changes it (scans.md 1)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app import database
from app.http.application import Application
from app.models import Device
from app.support import clock
from tests import factories
from tests.factories import DeviceHandle

DEVICES = "/api/v1/devices"
ENROLL = "/api/v1/devices/enroll"
ROLL = "/api/v1/devices/roll"
ME = "/api/v1/devices/me"


@pytest.fixture
def code(admin: FlaskClient) -> str:
    body = {"name": "Counter", "station": "SHOP-1", "default_action": "picked_up"}
    return str(admin.post(DEVICES, json=body).json["code"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_code_is_exchanged_for_a_token(
    client: FlaskClient, admin: FlaskClient, code: str
) -> None:
    body = {"code": code, "hardware": "TC22", "app": "scanner", "app_version": "2.1"}
    enrolled = client.post(ENROLL, json=body)
    assert enrolled.status_code == 201
    told = {"device_id", "token", "station", "profile", "default_action", "worker_id"}
    assert set(enrolled.json) == told
    assert (enrolled.json["station"], enrolled.json["profile"]) == ("SHOP-1", "scan")
    assert client.get(ME, headers=bearer(enrolled.json["token"])).status_code == 200
    shown = admin.get(f"{DEVICES}/{enrolled.json['device_id']}").json
    assert (shown["hardware"], shown["app"], shown["app_version"]) == ("TC22", "scanner", "2.1")
    assert shown["enrolled_at"] is not None


def test_a_code_is_read_as_a_person_types_it(client: FlaskClient, code: str) -> None:
    typed = " " + code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert client.post(ENROLL, json={"code": typed}).status_code == 201


def test_a_code_works_once(client: FlaskClient, code: str) -> None:
    assert client.post(ENROLL, json={"code": code}).status_code == 201
    again = client.post(ENROLL, json={"code": code})
    assert (again.status_code, again.json["error_code"]) == (401, "INVALID_TOKEN")


def test_a_code_works_once_even_at_the_same_moment(app: Application, code: str) -> None:
    def enroll(_: int) -> int:
        return app.test_client().post(ENROLL, json={"code": code}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(enroll, range(4))) == [201, 401, 401, 401]


def test_a_code_lives_fifteen_minutes(client: FlaskClient, code: str) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=15, seconds=1), tick=False):
        assert client.post(ENROLL, json={"code": code}).status_code == 401


@pytest.mark.parametrize("wrong", ["0000-0000-0000", "short", "U" * 12, "é" * 12])
def test_a_wrong_code_is_refused_alike(client: FlaskClient, wrong: str) -> None:
    answer = client.post(ENROLL, json={"code": wrong})
    assert (answer.status_code, answer.json["error_code"]) == (401, "INVALID_TOKEN")


@pytest.mark.parametrize("body", [{}, {"code": None}, {"code": ""}, {"code": 7}])
def test_an_enrolment_without_a_code_is_400(client: FlaskClient, body: object) -> None:
    assert client.post(ENROLL, json=body).status_code == 400


def test_codes_are_not_guessed_quickly(make_app: Callable[..., Application]) -> None:
    client = make_app(RATELIMIT_ENABLED="true").test_client()
    statuses = [
        client.post(ENROLL, json={"code": f"0000-0000-{n:04}"}).status_code for n in range(11)
    ]
    assert statuses == [401] * 10 + [429]


def test_the_token_is_not_stored_in_clear(client: FlaskClient, code: str) -> None:
    enrolled = client.post(ENROLL, json={"code": code}).json
    digest = database.db.session.scalar(
        select(Device.token_digest).where(Device.id == enrolled["device_id"])
    )
    assert digest is not None
    assert len(digest) == 32
    assert enrolled["token"].encode() not in digest


def test_a_rolled_token_replaces_the_old_one(client: FlaskClient, device: DeviceHandle) -> None:
    rolled = client.post(ROLL, headers=device.headers)
    assert (rolled.status_code, rolled.json["device_id"]) == (200, device.id)
    assert client.get(ME, headers=bearer(rolled.json["token"])).status_code == 200
    assert client.get(ME, headers=device.headers).status_code == 401


def test_of_rolls_at_once_one_wins_and_its_token_lives(
    app: Application, client: FlaskClient, device: DeviceHandle
) -> None:
    def roll(_: int) -> tuple[int, str]:
        answer = app.test_client().post(ROLL, headers=device.headers)
        return answer.status_code, answer.json.get("token", "")

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(roll, range(4)))
    assert [status for status, _ in answers] == [200, 401, 401, 401]
    assert client.get(ME, headers=bearer(answers[0][1])).status_code == 200


def test_a_revoked_device_does_not_roll(
    client: FlaskClient, admin: FlaskClient, device: DeviceHandle
) -> None:
    admin.post(f"{DEVICES}/{device.id}/revoke")
    assert client.post(ROLL, headers=device.headers).status_code == 403


@pytest.mark.parametrize("days", [90, 91])
def test_a_token_dies_after_ninety_days_without_use(client: FlaskClient, days: int) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False):
        device = factories.device()
    with time_machine.travel(start + timedelta(days=days), tick=False):
        answer = client.get(ME, headers=device.headers)
    expected = (200, None) if days == 90 else (401, "TOKEN_EXPIRED")
    assert (answer.status_code, answer.json.get("error_code")) == expected
