"""A revoked device may upload what it still holds, and learns nothing by it (scans.md 1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import database
from app.models import Device
from app.operations.devices.scanning import DRAIN_EVENTS
from app.support import clock
from tests import factories
from tests.rows import writing
from tests.scanning import (
    SCAN,
    SCANS,
    aged_order,
    ago,
    assert_truthful,
    batch,
    event,
    long_form,
    order_of,
    tracks,
)


@pytest.fixture
def revoked():
    return factories.device(revoked_at=clock.now())


def drain(client, device, *events):
    return client.post(SCANS, json=batch(*events), headers=device.headers)


def set_device(device_id: int, **values) -> None:
    with writing() as session:
        session.query(Device).filter_by(id=device_id).update(values)


def drained(device_id: int) -> int:
    with database.transaction(write=False) as session:
        return session.get(Device, device_id, populate_existing=True).drained


def test_drained_scans_are_quarantined_and_have_no_effect(client, revoked):
    order = aged_order()
    answer = drain(client, revoked, event(order.label_code, "delivered"))
    assert answer.status_code == 200, answer.text
    (told,) = answer.json["results"]
    assert (told["result"], told["reasons"]) == ("rejected", ["quarantined"])
    assert assert_truthful(order.id).status == "created"
    assert [row.order_id for row in tracks()] == [order.id]


def test_a_drained_scans_answer_says_nothing_of_the_order(client, revoked):
    order = aged_order(name="Grace Hopper", email="grace@example.com")
    answer = drain(client, revoked, event(order.label_code), event(order.order_number))
    for told in answer.json["results"]:
        assert (told["order"], told["transition"], told["first_seen"]) == (None, None, None)
        assert told["track"]["order_number"] is None
        assert told["track"]["order_id"] is None
    for secret in (order.order_number, order.label_code, "Grace", "grace@", 'created"'):
        assert secret not in answer.text


def test_a_drained_scans_answer_does_not_say_whether_there_is_an_order(client, revoked):
    order = aged_order()
    events = [
        event(order.label_code),
        event("NOSUCH42"),
        event(order.label_code, occurred_at=ago(days=41)),
    ]
    told = drain(client, revoked, *events).json["results"]
    for one in told:
        assert (one["result"], one["reasons"]) == ("rejected", ["quarantined"])
        assert (one["message"], one["track"]["reason"]) == (told[0]["message"], "quarantined")
    again = drain(client, revoked, *events).json["results"]
    assert again == [{**one, "replayed": True} for one in told]
    assert {row.reasons for row in tracks()} == {
        "quarantined",
        "unknown_code,quarantined",
        "too_old,quarantined,before_order",
    }


def test_a_scan_that_was_accepted_before_the_revoke_is_replayed_without_its_order(client):
    order, device = aged_order(), factories.device()
    body = event(order.label_code, "picked_up")
    drain(client, device, body)
    set_device(device.id, revoked_at=clock.now())
    answer = drain(client, device, body)
    assert answer.json["counts"]["replayed"] == 1
    assert answer.json["results"][0]["order"] is None
    assert order.order_number not in answer.text
    assert order_of(order.id).status == "picked_up"


def test_a_single_scan_of_a_revoked_device_is_refused(client, revoked):
    answer = client.post(SCAN, json=long_form("x"), headers=revoked.headers)
    assert (answer.status_code, answer.json["error_code"]) == (403, "DEVICE_REVOKED")
    assert tracks() == []


@pytest.mark.parametrize(("days", "status"), [(13.99, 200), (14.01, 403)])
def test_draining_ends_after_14_days(client, revoked, days, status):
    set_device(revoked.id, revoked_at=clock.now() - timedelta(days=days))
    answer = drain(client, revoked, event("NOSUCH42"))
    assert answer.status_code == status
    assert len(tracks()) == (status == 200)


def test_draining_ends_after_5000_events(client, revoked):
    set_device(revoked.id, drained=DRAIN_EVENTS - 2)
    events = [event("NOSUCH42") for _ in range(3)]
    answer = drain(client, revoked, *events)
    assert (answer.status_code, answer.json["error_code"]) == (403, "DEVICE_REVOKED")
    assert tracks() == []
    assert drain(client, revoked, *events[:2]).status_code == 200
    assert drained(revoked.id) == DRAIN_EVENTS
    assert drain(client, revoked, events[2]).status_code == 403


def test_what_is_stored_already_is_answered_after_the_5000th(client, revoked):
    set_device(revoked.id, drained=DRAIN_EVENTS - 2)
    events = [event("NOSUCH42") for _ in range(2)]
    drain(client, revoked, *events)
    again = drain(client, revoked, *events)
    assert again.status_code == 200, again.text
    assert again.json["counts"]["replayed"] == 2
    assert drained(revoked.id) == DRAIN_EVENTS


def test_the_events_of_a_drain_are_counted_once(client, revoked):
    one = event("NOSUCH42")
    for _ in range(3):
        drain(client, revoked, one, one)
    assert drained(revoked.id) == 1


def test_a_device_that_is_not_revoked_drains_nothing(client, device):
    drain(client, device, event("NOSUCH42"))
    assert drained(device.id) == 0
