"""A device that falls silent is told of once for each silence, to the admins."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.database import replaying
from app.models import Device
from app.operations.devices.silence import announce_silences
from app.support import clock
from tests import factories
from tests.mail_server import mail_server, text_of
from tests.outbox import messages
from tests.posting import send_once
from tests.rows import writing

HOUR = timedelta(hours=1)


def look(*, since: timedelta | None = None) -> None:
    at = clock.now()
    announce_silences(at=at, since=None if since is None else at - since, trying=replaying)


def told() -> list[int]:
    return [one.subject_id for one in messages(event="device.silent")]


def device(hours: float, **more: object) -> int:
    return factories.device(last_seen_at=clock.now() - hours * HOUR, **more).id


def test_one_silence_is_told_once_however_often_and_by_how_many_it_is_seen(app):
    silent = device(25)
    device(23)
    for _ in range(3):
        look()
    assert told() == [silent]


def test_another_silence_is_another_message(app):
    silent = device(25)
    look()
    with writing() as session:
        session.get_one(Device, silent).last_seen_at = clock.now() - 24.5 * HOUR
    look()
    assert told() == [silent, silent]


@pytest.mark.parametrize("more", [{"revoked_at": clock.now()}, {"origin": "shared"}])
def test_what_nobody_waits_for_is_not_told(app, more):
    device(25, **more)
    look()
    assert told() == []


def test_the_first_look_goes_back_a_week_and_the_next_to_the_last(app):
    device(24 * 9)
    long_silent, new_silent = device(24 * 5), device(24.01)
    look(since=timedelta(minutes=1))
    assert told() == [new_silent]
    look()
    assert told() == [new_silent, long_silent]


def test_admins_read_of_it(app, admin, environment):
    silent = device(25, name="Front door")
    look()
    with mail_server() as server:
        send_once(environment, **server.environment)
    (mail,) = server.mails
    assert mail["Subject"] == "The device Front door is silent"
    assert f"http://handover.test/admin/devices/{silent}" in text_of(mail)
    assert [one["event"] for one in admin.get("/api/v1/notifications").json] == ["device.silent"]
