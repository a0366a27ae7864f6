"""A crowd that signs in waits outside, and devices go on scanning."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

import pytest

from tests import factories
from tests.scanning import SCAN, aged_order, long_form

LOGIN = "/api/v1/auth/login"


@contextmanager
def others_sign_in(app):
    """All places are taken, and so is that of the one that waits."""
    places = app.extensions["handover_hashing_places"]
    with ExitStack() as held:
        held.enter_context(places._next.try_take())
        while (place := places.begin()) is not None:
            held.enter_context(place)
        yield


def log_in(client):
    body = {"email": "ada@example.com", "password": factories.PASSWORD}
    return client.post(LOGIN, json=body)


@pytest.fixture
def ada(app):
    return factories.sign_up(app, "ada@example.com", name="Ada")


def test_who_signs_in_within_a_crowd_is_told_to_come_again_and_is_not_counted(app, client, ada):
    with others_sign_in(app):
        answers = [log_in(client) for _ in range(7)]
    assert {(one.status_code, one.json["error_code"]) for one in answers} == {(503, "UNAVAILABLE")}
    assert {one.headers["Retry-After"] for one in answers} <= {"1", "2"}
    assert log_in(client).status_code == 200


def test_devices_scan_while_a_crowd_signs_in(app, client, device):
    with others_sign_in(app):
        answer = client.post(SCAN, json=long_form(aged_order().label_code), headers=device.headers)
    assert answer.status_code == 201


def test_a_place_comes_back_when_its_request_is_over(app, client, ada):
    for _ in range(10):
        assert log_in(client).status_code == 200
