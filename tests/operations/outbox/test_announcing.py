"""An order placed and each newest status are announced once, in the transaction of the change."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest

from app import database
from app.database.guard import UnrecordedChange
from app.operations.outbox.announce import STATUS_CHANGED, announce, status_of
from app.support import clock
from tests import factories
from tests.outbox import messages, told
from tests.scanning import (
    SCAN,
    SCANS,
    aged_order,
    ago,
    batch,
    event,
    long_form,
    order_of,
    tracks,
)

GUEST = {"name": "Grace Hopper", "email": "grace@example.com", "phone": "555 0199"}


@pytest.fixture
def order():
    return aged_order(channel="legacy")


def scan(client, device, order, action="picked_up", **more) -> str:
    body = long_form(order.label_code, action, **more)
    answer = client.post(SCAN, json=body, headers=device.headers)
    assert answer.status_code == 201, answer.text
    return body["event_id"]


def void(admin, event_id) -> None:
    body = {"event_id": str(uuid.uuid4()), "sent_at": ago(), "reason": "did_not_occur"}
    assert admin.post(f"{SCANS}/{event_id}/void", json=body).status_code == 201


# --- orders placed ------------------------------------------------------------------------------


def test_an_order_is_announced_by_its_number_and_without_its_people(client):
    service = factories.service()
    body = GUEST | {"service_name": service.name, "specialInstructions": "No starch"}
    placed = client.post("/api/orders", json=body).json
    (message,) = messages()
    assert (message.event, message.says, message.channel) == ("order.placed", "created", "fan_out")
    payload = {"order_number": placed["order_number"], "status": "created"}
    assert json.loads(message.payload) == payload
    assert message.subject_id == placed["id"]
    assert (message.attempts, message.sent_at, message.dead_at) == (0, None, None)


def test_an_order_under_a_key_is_announced_once_however_often_it_is_sent(client, customer):
    body = {"service_id": factories.service().id}
    headers = customer.headers | {"Idempotency-Key": "k-1"}
    for status in (201, 200):
        answer = client.post("/api/v1/orders", json=body, headers=headers)
        assert answer.status_code == status
    assert len(messages()) == 1


def test_an_order_that_is_refused_is_not_announced(client, customer):
    answer = client.post("/api/v1/orders", json={"service_id": 404}, headers=customer.headers)
    assert answer.status_code == 400
    assert messages() == []


def test_nothing_is_announced_without_a_record_of_it(app, order):
    with pytest.raises(UnrecordedChange), database.transaction():
        announce(STATUS_CHANGED, status_of(order, "picked_up"))
    assert messages() == []


# --- statuses, by whoever changes them ----------------------------------------------------------


def test_a_scan_announces_the_status_that_it_brings(client, device, order):
    scan(client, device, order)
    (message,) = messages()
    assert (message.event, message.subject_id) == ("order.status_changed", order.id)
    assert json.loads(message.payload) == {
        "order_number": order.order_number,
        "status": "picked_up",
    }


@pytest.mark.parametrize("action", ["scanned", "created"])
def test_a_scan_without_effect_announces_nothing(client, device, order, action):
    scan(client, device, order, action)
    assert told(order.id) == []


def test_a_replay_announces_nothing_more(client, device, order):
    body = long_form(order.label_code)
    for status in (201, 200):
        answer = client.post(SCAN, json=body, headers=device.headers)
        assert answer.status_code == status
    assert told(order.id) == ["picked_up"]


def test_an_old_scan_and_an_old_status_change_are_announced(client, admin, device, order):
    body = {"order_number": order.order_number, "action": "At Factory"}
    assert client.post("/worker/scan", json=body, headers=device.headers).status_code == 200
    answer = admin.put(f"/admin/api/orders/{order.id}", json={"status": "completed"})
    assert answer.status_code == 200
    assert told(order.id) == ["processing", "completed"]


def test_a_batch_announces_each_order_s_steps_in_their_order(client, device):
    orders = [aged_order() for _ in range(3)]
    steps = ("picked_up", "processing", "completed")
    events = [
        event(one.label_code, step, occurred_at=ago(minutes=10 - number))
        for number, step in enumerate(steps)
        for one in orders
    ]
    answer = client.post(SCANS, json=batch(*reversed(events)), headers=device.headers)
    assert answer.json["batch"] == "ok"
    assert [told(one.id) for one in orders] == [list(steps)] * 3


@pytest.mark.parametrize("end", ["PUT", "DELETE"])
def test_the_end_of_an_order_is_announced(client, customer, end):
    order = factories.order(customer_id=customer.id)
    path = f"/api/v1/orders/{order.order_number}"
    body = {"status": "cancelled"} if end == "PUT" else None
    headers = customer.headers | {"If-Match": '"1"'}
    answer = client.open(path, method=end, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert told(order.id) == ["cancelled"]


def test_a_scan_that_is_applied_is_announced(admin, client, order):
    worker = factories.worker()
    body = {"order_number": order.order_number, "action": "At Factory", "workerId": worker.id}
    assert client.post("/worker/scan", json=body).status_code == 200
    assert told(order.id) == []
    (row,) = tracks()
    answer = admin.post(f"{SCANS}/{row.event_id}/apply", json={"reason": "seen"})
    assert answer.status_code == 201, answer.text
    assert told(order.id) == ["processing"]


# --- never twice, never late --------------------------------------------------------------------


def test_a_status_is_announced_once_however_often_it_is_taken_back(client, admin, device, order):
    for _ in range(3):
        void(admin, scan(client, device, order, "completed"))
    assert order_of(order.id).status == "created"
    assert told(order.id) == ["completed", "created"]


def test_work_that_is_done_again_is_not_announced_again(client, device, order):
    for action in ("processing", "completed", "processing", "completed"):
        scan(client, device, order, action)
    assert told(order.id) == ["processing", "completed"]


def test_a_late_scan_announces_nothing_though_it_changes_the_status(client, device, order):
    scan(client, device, order, "scanned", occurred_at=ago(minutes=1))
    scan(client, device, order, "processing", occurred_at=ago(minutes=5))
    assert order_of(order.id).status == "processing"
    assert told(order.id) == []


@pytest.mark.parametrize(("hours", "news"), [(71, ["picked_up"]), (73, [])])
def test_a_scan_of_more_than_72_hours_ago_announces_nothing(client, device, order, hours, news):
    scan(client, device, order, occurred_at=ago(hours=hours))
    assert order_of(order.id).status == "picked_up"
    assert told(order.id) == news


def test_an_old_scan_that_is_applied_announces_nothing(admin, client, device):
    order = aged_order()
    event_id = scan(client, device, order, occurred_at=ago(days=31))
    answer = admin.post(f"{SCANS}/{event_id}/apply", json={"reason": "seen"})
    assert answer.status_code == 201, answer.text
    assert order_of(order.id).status == "picked_up"
    assert told(order.id) == []


def test_a_message_is_due_when_it_is_announced_whatever_its_scan_says(client, device, order):
    before = clock.now()
    scan(client, device, order, occurred_at=ago(hours=50))
    (message,) = messages()
    assert before <= message.due_at == message.created_at <= before + timedelta(minutes=1)
