"""Booking over HTTP: what an appointment tells, to whom, and once for each key (booking.md 5)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.operations.booking.holds import MOST_HELD
from app.support import clock
from app.support.wall_time import instant_of
from tests import factories
from tests.appointments import APPOINTMENTS, assert_claims_fit, order_now, salon
from tests.booking_world import a_day, in_days


@pytest.fixture
def stage(app):
    return salon(app, timezone="Europe/Warsaw", currency="PLN", cancel_cutoff_minutes=60)


def body(stage, **more):
    start = clock.instant_text(instant_of(in_days()))
    return {"service_id": stage.shop.service.id, "start": start, "notes": "Short", **more}


def book(stage, json, who=None, **headers):
    path = f"/api/v1/businesses/{stage.shop.slug}/appointments"
    return stage.client.post(path, json=json, headers=(who or stage.ada).headers | headers)


def test_an_appointment_tells_all_that_a_calendar_shows(stage):
    answer = book(stage, body(stage))
    assert answer.status_code == 201, answer.text
    told = answer.json
    start = instant_of(in_days())
    assert answer.headers["Location"] == f"{APPOINTMENTS}/{told['order_number']}"
    assert answer.headers["ETag"] == '"1"'
    assert told["business"] == {"slug": stage.shop.slug, "name": stage.shop.business.name}
    assert told["service"] == {"id": stage.shop.service.id, "name": stage.shop.service.name}
    worker = stage.shop.workers[0]
    assert told["worker"] == {"id": worker.id, "name": worker.name}
    assert (told["status"], told["sequence"], told["version"]) == ("pending", 0, 1)
    assert (told["price"], told["currency"]) == (20, "PLN")
    assert (told["starts_at"], told["duration_minutes"]) == (clock.instant_text(start), 60)
    assert told["can_cancel_until"] == clock.instant_text(start - timedelta(hours=1))
    assert (told["name"], told["phone"], told["notes"]) == ("Ada", "555 0100", "Short")
    assert told["qr_code_path"] == f"/qr/{told['order_number']}.png"
    assert stage.client.get(told["qr_code_path"]).status_code == 200
    assert stage.show(told["order_number"], stage.ada).json == told
    assert stage.show(str(told["id"]), stage.ada).json == told


def test_a_local_day_and_time_are_those_of_the_business(stage):
    answer = book(stage, body(stage, start=None) | {"date": "2027-07-05", "start_time": "09:30"})
    assert answer.status_code == 400  # a null is no start
    day = a_day(14)
    wanted = {"service_id": stage.shop.service.id, "date": f"{day}", "start_time": "09:30"}
    told = book(stage, wanted).json
    in_warsaw = datetime.combine(day, time(9, 30), ZoneInfo("Europe/Warsaw"))
    assert told["starts_at"] == clock.instant_text(in_warsaw)
    assert told["starts_at"][11:] in ("08:30:00Z", "07:30:00Z")
    assert (told["date"], told["start_time"], told["end_time"]) == (f"{day}", "09:30", "10:30")
    assert told["timezone"] == "Europe/Warsaw"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"start": "2027-01-05T09:30:00"}, "start"),
        ({"start": "tomorrow"}, "start"),
        ({"date": "2027-01-05"}, "start"),
        ({"service_id": None}, "service_id"),
        ({"service_id": "1"}, "service_id"),
        ({"worker_id": 0}, "worker_id"),
        ({"hold": "perhaps"}, "hold"),
        ({"notes": "x" * 5001}, "notes"),
        ({"start": "2027-01-05T09:30:30Z"}, "start"),
        ({"start": "2027-01-05T09:31:00Z"}, "start"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_booked(stage, change, field):
    answer = book(stage, body(stage, **change))
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_ERROR")
    assert list(answer.json["details"]) == [field]
    assert stage.client.get(APPOINTMENTS, headers=stage.ada.headers).json == []


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({}, "date"),
        ({"date": "2027-01-05"}, "start_time"),
        ({"date": "2027-02-30", "start_time": "09:30"}, "date"),
        ({"date": "2027-01-05", "start_time": "9:30"}, "start_time"),
        ({"date": "2027-01-05", "start_time": "24:00"}, "start_time"),
    ],
)
def test_a_time_is_an_instant_or_a_day_and_a_time(stage, wanted, field):
    answer = book(stage, {"service_id": stage.shop.service.id, **wanted})
    assert (answer.status_code, list(answer.json["details"])) == (400, [field])


def test_the_same_key_and_body_book_once(stage):
    first = book(stage, body(stage), **{"Idempotency-Key": "k-1"})
    again = book(stage, body(stage), **{"Idempotency-Key": "k-1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    other = book(stage, body(stage, notes="Long"), **{"Idempotency-Key": "k-1"})
    assert (other.status_code, other.json["error_code"]) == (409, "IDEMPOTENCY_CONFLICT")


def test_a_time_is_given_once(app, stage):
    bob = factories.sign_up(app, "bob@example.com", name="Bob")
    assert book(stage, body(stage)).status_code == 201
    refused = book(stage, body(stage), bob)
    assert (refused.status_code, refused.json["error_code"]) == (409, "SLOT_UNAVAILABLE")
    assert refused.json["details"]["alternatives"]


def test_what_has_passed_cannot_be_booked(stage):
    yesterday = clock.instant_text(instant_of(in_days(-1)))
    refused = book(stage, body(stage, start=yesterday))
    assert (refused.status_code, refused.json["error_code"]) == (400, "PAST_BOOKING")


def test_an_unknown_business_or_service_is_named(app, stage):
    path = "/api/v1/businesses/nowhere/appointments"
    unknown = stage.client.post(path, json=body(stage), headers=stage.ada.headers)
    assert (unknown.status_code, unknown.json["error_code"]) == (404, "BUSINESS_NOT_FOUND")
    foreign = book(stage, body(stage, service_id=salon(app).shop.service.id))
    assert (foreign.status_code, foreign.json["error_code"]) == (404, "SERVICE_NOT_FOUND")


def test_nobody_books_without_signing_in(stage):
    path = f"/api/v1/businesses/{stage.shop.slug}/appointments"
    assert stage.client.post(path, json=body(stage)).status_code == 401


def test_a_hold_is_booked_by_its_customer_in_time(stage):
    held = book(stage, body(stage, hold=True)).json
    assert (held["status"], held["version"]) == ("held", 1)
    assert held["hold_expires_at"] is not None
    assert_claims_fit(held["id"])
    assert stage.client.get(APPOINTMENTS, headers=stage.ada.headers).json == []
    booked = stage.post(held["order_number"], "confirm", stage.ada)
    assert (booked.status_code, booked.json["status"]) == (200, "pending")
    assert stage.post(held["order_number"], "confirm", stage.ada).json == booked.json
    assert_claims_fit(held["id"])


def test_a_hold_is_not_booked_at_a_business_that_was_suspended_meanwhile(admin, stage):
    held = book(stage, body(stage, hold=True)).json
    path = f"/api/v1/admin/businesses/{stage.shop.business.id}"
    reason = {"reason": "There are complaints."}
    assert admin.post(f"{path}/suspend", json=reason).status_code == 200
    refused = stage.post(held["order_number"], "confirm", stage.ada)
    assert (refused.status_code, refused.json["error_code"]) == (409, "INVALID_TRANSITION")
    assert assert_claims_fit(held["id"]).status == "held"
    assert admin.post(f"{path}/approve").status_code == 200
    assert stage.post(held["order_number"], "confirm", stage.ada).json["status"] == "pending"


def test_a_hold_of_a_service_that_was_withdrawn_is_not_booked(stage):
    held = book(stage, body(stage, hold=True)).json
    path = f"/api/v1/businesses/{stage.shop.slug}/services/{stage.shop.service.id}"
    gone = stage.client.put(path, json={"status": "inactive"}, headers=stage.owner.headers)
    assert gone.status_code == 200, gone.text
    assert stage.post(held["order_number"], "confirm", stage.ada).status_code == 409
    assert assert_claims_fit(held["id"]).status == "held"


def test_one_hold_more_than_anybody_may_have_is_refused_in_the_one_shape(stage):
    for day in range(MOST_HELD + 1):
        start = clock.instant_text(instant_of(in_days(8 + day)))
        answer = book(stage, body(stage, hold=True, start=start))
    refused = answer.json
    assert (answer.status_code, refused["error_code"]) == (409, "CONFLICT")
    assert refused["details"] == {"hold": [refused["message"]]}


def test_its_customer_confirms_nothing_but_a_hold(stage):
    booked = book(stage, body(stage)).json
    refused = stage.post(booked["order_number"], "confirm", stage.ada)
    assert (refused.status_code, refused.json["error_code"]) == (403, "PERMISSION_DENIED")


def test_a_business_confirms_at_once_where_it_says_so(app):
    stage = salon(app, auto_confirm=True)
    assert book(stage, body(stage)).json["status"] == "confirmed"
    held = book(
        stage, body(stage, hold=True, start=clock.instant_text(instant_of(in_days(8))))
    ).json
    assert stage.post(held["order_number"], "confirm", stage.ada).json["status"] == "confirmed"


def test_the_owner_books_for_somebody_without_an_account(app, stage):
    visitor = {"name": "Grace", "phone": "555 0199"}
    told = book(stage, body(stage, visitor=visitor), stage.owner)
    assert told.status_code == 201, told.text
    assert (told.json["name"], told.json["phone"], told.json["email"]) == (
        "Grace",
        "555 0199",
        None,
    )
    assert (told.json["customer_id"], told.json["status"]) == (None, "confirmed")
    refused = book(stage, body(stage, visitor=visitor), stage.ada)
    assert (refused.status_code, refused.json["error_code"]) == (403, "PERMISSION_DENIED")


def test_the_owner_squeezes_somebody_in_with_a_reason(stage):
    assert book(stage, body(stage)).status_code == 201
    more = {"visitor": {"name": "Grace"}, "worker_id": stage.shop.workers[0].id}
    assert book(stage, body(stage, **more), stage.owner).status_code == 409
    told = book(stage, body(stage, **more, squeeze_reason="A bride"), stage.owner)
    assert told.status_code == 201, told.text
    assert_claims_fit(told.json["id"])


def test_an_admin_says_for_whom(admin, stage):
    path = f"/api/v1/businesses/{stage.shop.slug}/appointments"
    refused = admin.post(path, json=body(stage))
    assert (refused.status_code, list(refused.json["details"])) == (400, ["visitor"])
    booked = admin.post(path, json=body(stage, visitor={"name": "Grace"}))
    assert booked.status_code == 201, booked.text
    assert order_now(booked.json["id"]).status == "confirmed"


@pytest.fixture
def few(make_app):
    """A business where anybody has two appointments to come at most."""
    return salon(make_app(MOST_OPEN_APPOINTMENTS="2"))


def on_day(stage, day, **more):
    return body(stage, start=clock.instant_text(instant_of(in_days(8 + day))), **more)


def test_one_appointment_more_than_anybody_may_have_is_refused_in_the_one_shape(few):
    held = book(few, on_day(few, 0, hold=True)).json
    first = book(few, on_day(few, 1)).json
    answer = book(few, on_day(few, 2))
    refused = answer.json
    assert (answer.status_code, refused["error_code"]) == (409, "CONFLICT")
    assert refused["details"] == {"appointments": [refused["message"]]}
    assert "2 appointments to come" in refused["message"]
    assert few.post(held["order_number"], "confirm", few.ada).status_code == 200
    assert few.post(first["order_number"], "cancel", few.ada).status_code == 200
    assert book(few, on_day(few, 2)).status_code == 201


def test_a_business_gives_its_visitors_as_many_appointments_as_it_likes(few):
    for day in range(3):
        wanted = on_day(few, day, visitor={"name": "Grace", "phone": "555 0199"})
        answer = book(few, wanted, few.owner)
        assert answer.status_code == 201, answer.text


def test_appointments_elsewhere_are_not_counted(few, app):
    for day in range(2):
        assert book(few, on_day(few, day)).status_code == 201
    other = salon(app)
    assert book(other, on_day(other, 3), few.ada).status_code == 201
