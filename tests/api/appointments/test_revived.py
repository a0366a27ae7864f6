"""What was cancelled and goes on after all: its time, who cancelled it, calendars, and the ledger."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from app.support import clock
from app.support.wall_time import minute_of
from tests import factories
from tests.api.appointments.test_scans import assert_fold
from tests.appointments import assert_claims_fit, salon, visit
from tests.booking_world import in_days
from tests.operations.audit.shop import found, sql, verify
from tests.outbox import messages
from tests.scanning import SCAN, SCANS, ago, long_form

FORCE = {"reason": "She came after all"}


@pytest.fixture
def stage(app):
    return salon(app)


@pytest.fixture
def boss(stage):
    """The supervisor's device of its business."""
    worker_id = stage.shop.workers[0].id
    return factories.device(worker_id=worker_id, profile="supervisor")


def cancel(stage, order):
    answer = stage.post(order.order_number, "cancel", stage.ada, {"reason": "Ill"})
    assert answer.status_code == 200, answer.text


def force(client, device, order, action="processing", **more):
    body = long_form(order.label_code, action, force=FORCE, **more)
    answer = client.post(SCAN, json=body, headers=device.headers)
    assert answer.status_code == 201, answer.text
    return answer.json


def void(client, device, event_id):
    body = {"event_id": str(uuid.uuid4()), "sent_at": ago(), "reason": "did_not_occur"}
    answer = client.post(f"{SCANS}/{event_id}/void", json=body, headers=device.headers)
    assert answer.status_code == 201, answer.text


def now(order):
    """Its status, sequence, who cancelled it and why; its claims fit, and the ledger tells the same."""
    row = assert_claims_fit(order.id)
    assert_fold(order.id)
    assert {one for one in found(verify(with_state=True)) if one[1] == "orders"} == set()
    return row.status, row.sequence, row.cancelled_by, row.cancel_reason


def test_a_forced_scan_that_brings_a_cancelled_one_back_clears_who_cancelled_it(
    client, stage, boss
):
    order = stage.book_begun(-30)
    cancel(stage, order)
    assert now(order) == ("cancelled", 1, "customer", "Ill")
    told = force(client, boss, order)
    assert (told["reasons"], told["order"]["status"]) == (["forced"], "processing")
    assert now(order) == ("processing", 2, None, None)
    shown = stage.show(order.order_number, stage.ada).json
    assert (shown["cancelled_by"], shown["cancel_reason"], shown["sequence"]) == (None, None, 2)
    calendar = f"/api/v1/appointments/{order.order_number}/calendar.ics"
    text = client.get(calendar, headers=stage.ada.headers).text
    assert "SEQUENCE:2\r\n" in text
    assert "STATUS:CONFIRMED\r\n" in text


def test_where_its_time_was_given_away_it_stays_cancelled_and_is_flagged(app, client, stage, boss):
    order = stage.book_begun(-30)
    cancel(stage, order)
    bob = factories.sign_up(app, "bob@example.com")
    visit(stage.shop, bob.id, minute_of(order.starts_at))
    told = force(client, boss, order)
    assert (told["result"], told["reasons"], told["signal"]) == ("flagged", ["slot_taken"], "stop")
    assert now(order) == ("cancelled", 1, "customer", "Ill")


def test_a_forced_scan_taken_back_leaves_it_cancelled_as_it_was(client, stage, boss):
    order = stage.book_begun(-30)
    cancel(stage, order)
    event_id = force(client, boss, order)["event_id"]
    void(client, boss, event_id)
    assert now(order) == ("cancelled", 3, "customer", "Ill")
    force(client, boss, order)
    assert now(order) == ("processing", 4, None, None)


def test_who_cancels_again_is_kept_and_sequence_goes_on(client, stage, boss):
    order = stage.book_begun(-30)
    cancel(stage, order)
    force(client, boss, order, "created")
    assert now(order) == ("created", 2, None, None)
    why = {"reason": "Power cut"}
    assert stage.post(order.order_number, "cancel", stage.owner, why).status_code == 200
    assert now(order) == ("cancelled", 3, "business", "Power cut")
    force(client, boss, order, "completed")
    assert now(order) == ("completed", 4, None, None)


def test_one_that_comes_back_is_moved_and_reminded_of_as_any_other(client, stage, boss):
    order = stage.book()
    cancel(stage, order)
    force(client, boss, order, "created")
    later = {"start": clock.instant_text(order.starts_at + timedelta(hours=1))}
    moved = stage.post(order.order_number, "reschedule", stage.ada, later)
    assert (moved.status_code, moved.json["sequence"]) == (200, 3)
    assert now(order) == ("created", 3, None, None)
    said = [one.says for one in messages(subject_id=order.id, event="appointment.reminder")]
    assert said == ["24h:0", "2h:0", "24h:2", "2h:2", "24h:3", "2h:3"]


def test_an_admin_who_brings_it_back_does_all_that_too(stage, admin):
    order = stage.book(in_days(9))
    cancel(stage, order)
    path = f"/admin/api/orders/{order.order_number}"
    assert admin.put(path, json={"status": "created", "reason": "A mistake"}).status_code == 200
    assert now(order) == ("created", 2, None, None)
    said = [one.says for one in messages(subject_id=order.id, event="appointment.reminder")]
    assert said == ["24h:0", "2h:0", "24h:2", "2h:2"]


def test_a_late_scan_from_before_the_cancellation_changes_nothing_of_it(client, stage, boss):
    order = stage.book_begun(-30)
    cancel(stage, order)
    told = force(client, boss, order, occurred_at=ago(minutes=20))
    assert told["order"]["status"] == "cancelled"
    assert now(order) == ("cancelled", 1, "customer", "Ill")


@pytest.mark.parametrize("change", ["sequence = 9", "cancelled_by = 'admin'"])
def test_what_is_changed_in_sql_of_one_that_came_back_is_found(client, stage, boss, change):
    order = stage.book_begun(-30)
    cancel(stage, order)
    force(client, boss, order)
    now(order)
    sql(f"UPDATE orders SET {change}")
    of_orders = {one for one in found(verify(with_state=True)) if one[1] == "orders"}
    assert of_orders == {("value_mismatch", "orders", order.id)}
