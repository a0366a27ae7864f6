"""The life of an appointment over HTTP: who takes which step, when, and what it leaves (booking.md 4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import Resource
from app.support import clock
from app.support.wall_time import instant_of
from tests import booking, factories, ledger
from tests.appointments import assert_claims_fit, order_now, salon, visit
from tests.booking_world import in_days
from tests.outbox import messages

STEPS = ("confirm", "cancel", "no-show", "complete", "reschedule")


@pytest.fixture
def stage(app):
    return salon(app, cancel_cutoff_minutes=60)


def events_of(order) -> list[str]:
    return [row.action for row in ledger.events(resource_type="order", resource_id=order.id)]


def told_of(order) -> list[str]:
    return [one.event for one in messages(subject_id=order.id) if one.event.startswith("appoi")]


def move(stage, order, who, start, **more):
    body = {"start": clock.instant_text(instant_of(start)), **more}
    return stage.post(order.order_number, "reschedule", who, body)


def test_the_business_confirms_and_repeats_itself_without_a_change(stage):
    order = stage.book()
    first = stage.post(order.order_number, "confirm", stage.owner)
    assert (first.status_code, first.json["status"], first.json["version"]) == (200, "confirmed", 2)
    again = stage.post(order.order_number, "confirm", stage.owner)
    assert (again.status_code, again.json) == (200, first.json)
    assert events_of(order) == ["APPOINTMENT_BOOKED", "APPOINTMENT_CONFIRMED"]
    assert told_of(order).count("appointment.confirmed") == 1
    assert_claims_fit(order.id)


def test_its_customer_cancels_in_time_and_its_time_is_free_again(stage):
    order = stage.book()
    answer = stage.post(order.order_number, "cancel", stage.ada, {"reason": "Ill"})
    told = answer.json
    assert (answer.status_code, told["status"], told["sequence"]) == (200, "cancelled", 1)
    assert (told["cancelled_by"], told["cancel_reason"]) == ("customer", "Ill")
    assert stage.post(order.order_number, "cancel", stage.ada).json == told
    assert_claims_fit(order.id)
    assert stage.book().status == "created"
    assert told_of(order)[-1] == "appointment.cancelled"


def test_its_customer_cancels_until_the_cutoff_and_the_business_at_any_time(stage):
    order = stage.book_begun(-30)
    late = stage.post(order.order_number, "cancel", stage.ada)
    assert (late.status_code, late.json["error_code"]) == (409, "INVALID_TRANSITION")
    silent = stage.post(order.order_number, "cancel", stage.owner)
    assert (silent.status_code, list(silent.json["details"])) == (400, ["reason"])
    told = stage.post(order.order_number, "cancel", stage.owner, {"reason": "Power cut"}).json
    assert (told["status"], told["cancelled_by"]) == ("cancelled", "business")
    assert_claims_fit(order.id)


def test_what_is_held_is_let_go_at_any_time_and_once(stage):
    held = stage.book_begun(-30, is_hold=True, at=clock.now())
    answer = stage.post(held.order_number, "cancel", stage.ada)
    assert (answer.status_code, answer.json["status"]) == (200, "expired")
    assert stage.post(held.order_number, "cancel", stage.ada).json == answer.json
    assert events_of(held) == ["APPOINTMENT_HELD", "APPOINTMENT_EXPIRED"]
    assert messages(subject_id=held.id) == []
    assert_claims_fit(held.id)
    assert stage.post(held.order_number, "confirm", stage.ada).status_code == 409


def test_an_admin_cancels_with_a_reason(admin, stage):
    order = stage.book()
    path = f"/api/v1/appointments/{order.order_number}/cancel"
    assert admin.post(path, json={}).status_code == 400
    told = admin.post(path, json={"reason": "Fraud"}).json
    assert (told["status"], told["cancelled_by"]) == ("cancelled", "admin")


@pytest.mark.parametrize("step", ["confirm", "no-show", "complete"])
def test_a_customer_takes_no_step_of_the_business(stage, step):
    order = stage.book_begun()
    refused = stage.post(order.order_number, step, stage.ada)
    assert (refused.status_code, refused.json["error_code"]) == (403, "PERMISSION_DENIED")
    assert order_now(order.id).version == 1


def test_nobody_came_is_said_once_it_should_have_begun(stage):
    ahead, begun = stage.book(), stage.book_begun()
    early = stage.post(ahead.order_number, "no-show", stage.owner)
    assert (early.status_code, early.json["error_code"]) == (409, "INVALID_TRANSITION")
    told = stage.post(begun.order_number, "no-show", stage.owner)
    assert (told.status_code, told.json["status"]) == (200, "no_show")
    assert stage.post(begun.order_number, "no-show", stage.owner).json == told.json
    assert_claims_fit(begun.id)
    assert events_of(begun)[-1] == "APPOINTMENT_NO_SHOW"
    assert told_of(begun)[-1] == "appointment.no_show"


def test_the_business_completes_by_hand_what_no_scan_completed(stage):
    order = stage.book_begun()
    told = stage.post(order.order_number, "complete", stage.owner)
    assert (told.status_code, told.json["status"]) == (200, "completed")
    assert_claims_fit(order.id)
    assert stage.book_begun(-30).status == "created"  # what was left of its hour is free again
    ahead = stage.book()
    assert stage.post(ahead.order_number, "complete", stage.owner).status_code == 409


@pytest.mark.parametrize("end", ["cancel", "no-show", "complete"])
def test_what_is_over_stays_over(stage, end):
    order = stage.book_begun()
    done = stage.post(order.order_number, end, stage.owner, {"reason": "So"})
    assert done.status_code == 200, done.text
    for step in STEPS:
        if step == end:
            continue
        body = {"reason": "So", "start": clock.instant_text(instant_of(in_days(9)))}
        refused = stage.post(order.order_number, step, stage.owner, body)
        assert (refused.status_code, refused.json["error_code"]) == (409, "INVALID_TRANSITION")
    assert order_now(order.id).version == done.json["version"]


def test_a_move_keeps_the_appointment_and_counts(stage):
    order = stage.book()
    stage.post(order.order_number, "confirm", stage.owner)
    told = move(stage, order, stage.ada, in_days(8))
    assert told.status_code == 200, told.text
    assert (told.json["id"], told.json["status"], told.json["sequence"]) == (
        order.id,
        "confirmed",
        1,
    )
    assert told.json["starts_at"] == clock.instant_text(instant_of(in_days(8)))
    assert move(stage, order, stage.ada, in_days(8)).json == told.json
    assert_claims_fit(order.id)
    assert told_of(order).count("appointment.rescheduled") == 1


def test_a_move_to_a_taken_time_changes_nothing(app, stage):
    bob = factories.sign_up(app, "bob@example.com")
    visit(stage.shop, bob.id, in_days(8))
    order = stage.book()
    refused = move(stage, order, stage.ada, in_days(8))
    assert (refused.status_code, refused.json["error_code"]) == (409, "SLOT_UNAVAILABLE")
    assert order_now(order.id).version == 1
    assert_claims_fit(order.id)


def test_its_customer_moves_until_the_cutoff_and_the_business_later(stage):
    order = stage.book_begun(-30)
    assert move(stage, order, stage.ada, in_days(8)).status_code == 409
    assert move(stage, order, stage.owner, in_days(8)).status_code == 200


def test_another_version_than_was_seen_is_refused(stage):
    order = stage.book()
    stale = stage.post(order.order_number, "confirm", stage.owner, **{"If-Match": '"7"'})
    assert (stale.status_code, stale.json["error_code"]) == (412, "PRECONDITION_FAILED")
    fresh = stage.post(order.order_number, "confirm", stage.owner, **{"If-Match": '"1"'})
    assert fresh.headers["ETag"] == '"2"'


# --- who may know of it -------------------------------------------------------------------------


def test_nobody_sees_anothers_appointment(app, stage):
    order, other = stage.book(), salon(app)
    strangers = (other.ada, other.owner)
    for who in strangers:
        answers = [stage.show(order.order_number, who), stage.show(str(order.id), who)]
        answers += [
            stage.post(order.order_number, step, who, {"reason": "x"}) for step in STEPS[:4]
        ]
        answers.append(move(stage, order, who, in_days(9)))
        calendar = f"/api/v1/appointments/{order.order_number}/calendar.ics"
        answers.append(stage.client.get(calendar, headers=who.headers))
        for answer in answers:
            assert (answer.status_code, answer.json["error_code"]) == (404, "APPOINTMENT_NOT_FOUND")
    assert order_now(order.id).version == 1


def test_an_order_without_a_time_is_no_appointment(stage):
    order = factories.order(customer_id=stage.ada.id)
    assert stage.show(order.order_number, stage.ada).status_code == 404


def test_a_worker_sees_their_own_without_the_customers_contact(app, stage):
    worker, order = stage.shop.workers[0], stage.book()
    device = factories.device(worker_id=worker.id, origin="login")
    told = stage.client.get(f"/api/v1/appointments/{order.order_number}", headers=device.headers)
    assert told.status_code == 200
    assert (told.json["name"], told.json["email"], told.json["phone"]) == ("Ada", None, None)
    listed = stage.client.get("/api/v1/appointments", headers=device.headers).json
    assert [one["id"] for one in listed] == [order.id]
    colleague = factories.worker(business_id=stage.shop.business.id)
    others = factories.device(worker_id=colleague.id, origin="login")
    path = f"/api/v1/appointments/{order.order_number}"
    assert stage.client.get(path, headers=others.headers).status_code == 404
    assert stage.client.get("/api/v1/appointments", headers=others.headers).json == []


def test_a_worker_is_not_told_the_contact_by_the_order_that_the_appointment_is(app, stage):
    worker, order = stage.shop.workers[0], stage.book()
    colleague = factories.worker(business_id=stage.shop.business.id)
    for one in (worker, colleague):
        device = factories.device(worker_id=one.id, origin="login")
        for ref in (order.order_number, order.id):
            told = stage.client.get(f"/api/v1/orders/{ref}", headers=device.headers)
            assert (told.status_code, told.json["name"]) == (200, "Ada")
            assert (told.json["email"], told.json["phone"]) == (None, None)
    own = stage.client.get(f"/api/v1/orders/{order.id}", headers=stage.ada.headers).json
    assert (own["email"], own["phone"]) == (stage.ada.email, "555 0100")


def test_the_business_knows_its_customers_contact(stage):
    told = stage.show(stage.book().order_number, stage.owner).json
    assert (told["name"], told["email"], told["phone"]) == ("Ada", stage.ada.email, "555 0100")


def test_a_manager_runs_the_business_and_a_workers_account_does_not(app, stage):
    order, start = stage.book(), in_days(8)
    manager = factories.sign_up(app, "manager@example.com")
    factories.worker(business_id=stage.shop.business.id, user_id=manager.id, is_manager=True)
    assert stage.post(order.order_number, "confirm", manager).status_code == 200
    hand = factories.sign_up(app, "hand@example.com")
    worker = factories.worker(business_id=stage.shop.business.id, user_id=hand.id)
    assert stage.show(order.order_number, hand).status_code == 404
    booking.add(Resource(kind="worker", business_id=stage.shop.business.id, worker_id=worker.id))
    own = visit(stage.shop, stage.ada.id, start, worker_id=worker.id)
    assert stage.show(own.order_number, hand).json["phone"] is None
    refused = stage.post(own.order_number, "cancel", hand, {"reason": "x"})
    assert (refused.status_code, refused.json["error_code"]) == (403, "PERMISSION_DENIED")


def test_time_passes_between_the_words(stage):
    """A command comes after all that its order's fold has read, whatever the clocks say."""
    order = stage.book()
    assert stage.post(order.order_number, "confirm", stage.owner).status_code == 200
    assert stage.post(order.order_number, "cancel", stage.ada).json["status"] == "cancelled"
    assert order_now(order.id).folded_at <= clock.now() + timedelta(seconds=1)
