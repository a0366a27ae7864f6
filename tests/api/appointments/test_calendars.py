"""Appointments in other calendars: RFC 5545, read by another program (booking.md 4, 5)."""

from __future__ import annotations

from datetime import timedelta

import icalendar
import pytest

from app.models import CalendarFeed, Order
from app.support import clock
from tests import factories, ledger
from tests.appointments import order_now, salon, visit
from tests.booking_world import in_days
from tests.rows import writing


@pytest.fixture
def stage(app):
    return salon(app, name="Zażółć; & Co, \\ Sons", address="Main Street 1, 2nd floor")


def read(answer):
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/calendar; charset=utf-8"
    for line in answer.data.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
    return icalendar.Calendar.from_ical(answer.data)


def event_of(stage, order, who=None):
    path = f"/api/v1/appointments/{order.order_number}/calendar.ics"
    answer = stage.client.get(path, headers=(who or stage.ada).headers)
    (event,) = read(answer).events
    return event


def feed(stage, worker_id=None, who=None):
    path = f"/api/v1/businesses/{stage.shop.slug}/feeds"
    made = stage.client.post(
        path, json={"worker_id": worker_id}, headers=(who or stage.owner).headers
    )
    assert made.status_code == 201, made.text
    return made.json


def path_of(made):
    assert made["url"].startswith("http://handover.test/api/v1/calendar/hc_")
    return made["url"].removeprefix("http://handover.test")


def events(stage, made):
    return {str(one["uid"]): one for one in read(stage.client.get(path_of(made))).events}


def test_one_appointment_is_one_event(stage):
    order = stage.book()
    event = event_of(stage, order)
    assert event["uid"] == f"{order.order_number}@handover.test"
    assert (event["sequence"], event["status"]) == (0, "TENTATIVE")
    assert (event.start, event.end) == (order.starts_at, order.ends_at)
    assert event["summary"] == f"{order.service_name}, {stage.shop.business.name}"
    assert event["location"] == "Main Street 1, 2nd floor"
    assert "attendee" not in event
    assert event["last-modified"].dt == order.updated_at.replace(microsecond=0)


def test_the_number_stays_and_the_sequence_rises_with_moves_and_the_end(stage):
    order = stage.book()
    seen = [event_of(stage, order)]
    stage.post(order.order_number, "confirm", stage.owner)
    seen.append(event_of(stage, order))
    start = clock.instant_text(order.starts_at + timedelta(days=1))
    stage.post(order.order_number, "reschedule", stage.ada, {"start": start})
    seen.append(event_of(stage, order))
    stage.post(order.order_number, "cancel", stage.ada)
    seen.append(event_of(stage, order))
    assert len({one["uid"] for one in seen}) == 1
    assert [one["sequence"] for one in seen] == [0, 0, 1, 2]
    assert [one["status"] for one in seen] == ["TENTATIVE", "CONFIRMED", "CONFIRMED", "CANCELLED"]
    stamps = [one["dtstamp"].dt for one in seen]
    assert stamps == sorted(stamps)


def test_a_long_name_with_every_letter_survives(stage):
    order = stage.book()
    with writing() as session:
        session.get_one(Order, order.id).service_name = 'Cut, "wash"; & go \\ 😀\x07' * 12
    assert event_of(stage, order)["summary"].startswith('Cut, "wash"; & go \\ 😀 Cut,')


def test_a_calendar_that_was_seen_is_not_sent_again(stage):
    order = stage.book()
    path = f"/api/v1/appointments/{order.order_number}/calendar.ics"
    first = stage.client.get(path, headers=stage.ada.headers)
    headers = stage.ada.headers | {"If-None-Match": first.headers["ETag"]}
    assert stage.client.get(path, headers=headers).status_code == 304
    stage.post(order.order_number, "confirm", stage.owner)
    assert stage.client.get(path, headers=headers).status_code == 200


def test_a_feed_shows_a_business_without_its_customers_contacts(app, stage):
    one, other = stage.book(), stage.book(in_days(8))
    stage.post(other.order_number, "cancel", stage.ada)
    held = stage.book(in_days(9), is_hold=True)
    made = feed(stage)
    answer = stage.client.get(path_of(made))
    for secret in (stage.ada.email, "555 0100"):
        assert secret not in answer.text
    found = events(stage, made)
    assert set(found) == {f"{each.order_number}@handover.test" for each in (one, other)}
    assert found[f"{one.order_number}@handover.test"]["summary"].endswith(", Ada")
    assert found[f"{other.order_number}@handover.test"]["status"] == "CANCELLED"
    assert held.order_number not in answer.text
    salon(app).book()
    assert len(events(stage, made)) == 2


def test_what_was_cancelled_a_month_ago_has_left_the_feed(stage):
    order = stage.book()
    stage.post(order.order_number, "cancel", stage.ada)
    made = feed(stage)
    assert len(events(stage, made)) == 1
    with writing() as session:
        session.get_one(Order, order.id).status_since = clock.now() - timedelta(days=31)
    assert events(stage, made) == {}


def test_a_workers_feed_shows_what_they_perform(app):
    stage = salon(app, 2)
    first, second = (worker.id for worker in stage.shop.workers)
    own = stage.book(worker_id=first)
    bob = factories.sign_up(app, "bob@example.com")
    visit(stage.shop, bob.id, in_days(), worker_id=second)
    assert set(events(stage, feed(stage, first))) == {f"{own.order_number}@handover.test"}


def test_a_revoked_or_unknown_address_shows_nothing(stage):
    made = feed(stage)
    listed = f"/api/v1/businesses/{stage.shop.slug}/feeds"
    shown = stage.client.get(listed, headers=stage.owner.headers).json
    assert [one["id"] for one in shown] == [made["id"]]
    assert "token" not in shown[0]
    for _ in range(2):
        gone = stage.client.delete(f"{listed}/{made['id']}", headers=stage.owner.headers)
        assert gone.status_code == 204
    assert stage.client.get(path_of(made)).status_code == 404
    assert stage.client.get("/api/v1/calendar/hc_unknown.ics").status_code == 404
    assert stage.client.get(listed, headers=stage.owner.headers).json == []
    told = [row.action for row in ledger.events(resource_type="business")]
    assert told == ["FEED_CREATED", "FEED_REVOKED"]


def test_only_who_runs_a_business_makes_and_revokes_its_addresses(app, stage):
    made, other = feed(stage), salon(app)
    path = f"/api/v1/businesses/{stage.shop.slug}/feeds"
    for who in (stage.ada, other.owner):
        for answer in (
            stage.client.post(path, json={}, headers=who.headers),
            stage.client.get(path, headers=who.headers),
            stage.client.delete(f"{path}/{made['id']}", headers=who.headers),
        ):
            assert (answer.status_code, answer.json["error_code"]) == (404, "BUSINESS_NOT_FOUND")
    theirs = f"/api/v1/businesses/{other.shop.slug}/feeds"
    foreign = stage.client.delete(f"{theirs}/{made['id']}", headers=other.owner.headers)
    assert foreign.status_code == 404
    worker = other.shop.workers[0].id
    refused = stage.client.post(path, json={"worker_id": worker}, headers=stage.owner.headers)
    assert (refused.status_code, list(refused.json["details"])) == (400, ["worker_id"])
    assert stage.client.get(path_of(made)).status_code == 200


def test_a_token_is_kept_as_a_digest_and_never_logged(stage, caplog):
    made = feed(stage)
    stage.client.get(path_of(made))
    assert made["token"] not in caplog.text
    with writing() as session:
        (row,) = session.query(CalendarFeed)
        assert made["token"].encode() not in row.token_digest
    assert made["token"] not in str([row.data for row in ledger.events()])
    assert order_now(stage.book().id).id
