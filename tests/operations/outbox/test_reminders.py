"""Reminders wait in the outbox, and are looked at again before they are sent (booking.md 4)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from app.database import replaying
from app.operations.outbox.find import get_condition
from app.support import clock
from tests.appointments import salon
from tests.outbox import Receiver, change, messages
from tests.rows import writing


@pytest.fixture
def stage(app):
    return salon(app)


def reminders(order):
    return messages(subject_id=order.id, event="appointment.reminder")


def make_due(order):
    """Let the time of its reminders have come."""
    now, waiting = clock.now(), reminders(order)
    with writing() as session:
        for one in waiting:
            row = session.merge(one)
            row.due_at = row.created_at = now


def test_an_appointment_is_remembered_a_day_and_two_hours_before(stage):
    order = stage.book()
    day, hours = reminders(order)
    assert (day.says, hours.says) == ("24h:0", "2h:0")
    assert day.due_at == order.starts_at - timedelta(hours=24)
    assert hours.due_at == order.starts_at - timedelta(hours=2)
    told = json.loads(day.payload)
    assert told["order_number"] == order.order_number
    assert told["starts_at"] == clock.instant_text(order.starts_at)
    assert stage.ada.email not in day.payload


def test_what_is_too_near_is_remembered_once_or_not_at_all(stage):
    assert [one.says for one in reminders(stage.book_begun(-180))] == ["2h:0"]
    assert reminders(stage.book_begun(-60, at=clock.now())) == []


def test_a_hold_is_remembered_once_it_is_booked(stage):
    held = stage.book(is_hold=True)
    assert messages(subject_id=held.id) == []
    stage.post(held.order_number, "confirm", stage.ada)
    assert len(reminders(held)) == 2


def test_a_reminder_is_sent_when_it_is_due_and_is_no_backlog_before(stage):
    order, receiver = stage.book(), Receiver()
    receiver.drain()
    assert receiver.got == [order.id]  # it was placed
    assert replaying(get_condition).waiting == 0
    make_due(order)
    assert replaying(get_condition).waiting == 2
    receiver.drain()
    assert receiver.got == [order.id] * 3
    assert [one.last_error for one in reminders(order)] == [None, None]


@pytest.mark.parametrize("step", ["cancel", "reschedule", "complete"])
def test_what_is_not_so_any_more_is_not_sent_and_not_dead(stage, admin, step):
    order, receiver = stage.book(), Receiver()
    old = reminders(order)
    if step == "complete":
        path = f"/admin/api/orders/{order.order_number}"
        assert admin.put(path, json={"status": "completed", "reason": "x"}).status_code == 200
    else:
        body = {"start": clock.instant_text(order.starts_at + timedelta(days=1))}
        assert stage.post(order.order_number, step, stage.ada, body).status_code == 200
    receiver.drain()
    receiver.got.clear()
    now = clock.now()
    with writing() as session:
        for one in old:
            session.merge(one).due_at = now
    receiver.drain()
    assert receiver.got == []
    for one in reminders(order)[:2]:
        assert (one.last_error, one.dead_at) == ("Withdrawn", None)
        assert one.sent_at is not None
    expected = ["24h:0", "2h:0"] + (["24h:1", "2h:1"] if step == "reschedule" else [])
    assert [one.says for one in reminders(order)] == expected


def test_what_has_begun_is_not_remembered(stage):
    order, receiver = stage.book_begun(-180), Receiver()
    receiver.drain()
    receiver.got.clear()
    with writing() as session:
        row = session.merge(order)
        row.starts_at = clock.now() - timedelta(minutes=1)
    change(due_at=clock.now(), sent_at=None)
    receiver.drain()
    assert reminders(order)[0].last_error == "Withdrawn"
