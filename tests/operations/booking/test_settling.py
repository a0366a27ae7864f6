"""What nobody does by hand: holds lapse, and who did not come is marked (booking.md 4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.database import replaying
from app.operations.booking.settling import Settled, settle_appointments
from app.support import clock
from tests import factories, ledger
from tests.appointments import assert_claims_fit, order_now, salon
from tests.booking_world import in_days
from tests.scanning import SCAN, ago, long_form


@pytest.fixture
def stage(app):
    return salon(app)


def settle(**more):
    return settle_appointments(at=clock.now(), trying=replaying, **more)


def words(order):
    return [row.action for row in ledger.events(resource_type="order", resource_id=order.id)]


def test_a_hold_lapses_at_its_time_and_gives_its_time_back(stage):
    lapsed = stage.book(is_hold=True, at=clock.now() - timedelta(minutes=30))
    kept = stage.book(in_days(8), is_hold=True)
    assert settle() == Settled(1, 0)
    assert assert_claims_fit(lapsed.id).status == "expired"
    assert assert_claims_fit(kept.id).status == "held"
    assert words(lapsed) == ["APPOINTMENT_HELD", "APPOINTMENT_EXPIRED"]
    assert settle() == Settled(0, 0)


def test_who_was_not_seen_an_hour_after_the_end_did_not_come(stage):
    missed = stage.book_begun(125)
    recent = stage.book_begun(-30)
    assert settle() == Settled(0, 1)
    assert assert_claims_fit(missed.id).status == "no_show"
    assert order_now(recent.id).status == "created"
    assert ledger.events(resource_id=missed.id)[-1].actor_role == "system"


def test_an_appointment_that_ended_less_than_an_hour_ago_waits(stage):
    order = stage.book_begun(110)
    assert settle() == Settled(0, 0)
    assert order_now(order.id).status == "created"


def test_whom_a_scan_has_seen_is_no_no_show_even_if_it_has_no_effect(client, stage):
    order = stage.book_begun(125)
    stranger = factories.device()
    body = long_form(order.label_code, "processing", occurred_at=ago(minutes=120))
    told = client.post(SCAN, json=body, headers=stranger.headers).json
    assert told["reasons"] == ["wrong_business"]
    assert settle() == Settled(0, 0)
    assert order_now(order.id).status == "created"


def test_a_scan_days_before_is_no_sign_of_a_visit(client, stage):
    order = stage.book_begun(125, at=clock.now() - timedelta(days=3))
    hands = factories.device(worker_id=stage.shop.workers[0].id)
    body = long_form(order.label_code, "scanned", occurred_at=ago(days=2))
    assert client.post(SCAN, json=body, headers=hands.headers).json["reasons"] == ["outside_window"]
    assert settle() == Settled(0, 1)


def test_what_is_over_or_deleted_is_left_alone(admin, stage):
    cancelled, deleted = stage.book_begun(125), stage.book_begun(250)
    stage.post(cancelled.order_number, "cancel", stage.owner, {"reason": "Ill"})
    assert admin.delete(f"/admin/api/orders/{deleted.order_number}").status_code == 200
    assert settle() == Settled(0, 0)


def test_a_look_back_is_bounded_where_it_is_asked_so(stage):
    order = stage.book_begun(60 * 72)
    assert settle(since=clock.now() - timedelta(days=2)) == Settled(0, 0)
    assert settle() == Settled(0, 1)
    assert order_now(order.id).status == "no_show"


def test_it_ends_when_it_is_asked_to(stage):
    stage.book_begun(125)
    assert settle(may_go_on=lambda: False) == Settled(0, 0)
