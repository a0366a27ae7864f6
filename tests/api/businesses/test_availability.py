"""Free time over HTTP: what is offered, in which words, at which cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import update

from app.models import Business, Resource, Service, Worker
from tests import booking
from tests.booking import Shop
from tests.rows import writing
from tests.statements import counted_statements

MONDAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
BEYOND_AUTHENTICATION, KNOWN_ALREADY = 5, 2


@pytest.fixture(autouse=True)
def sunday_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def ask(client: FlaskClient, shop: Shop, **more: Any) -> Any:
    query = {"service_id": shop.service.id, "date": str(MONDAY)} | more
    headers = query.pop("headers", None)
    path = f"/api/v1/businesses/{shop.slug}/availability"
    return client.get(path, query_string=query, headers=headers)


def slots(client: FlaskClient, shop: Shop, **more: Any) -> list[str]:
    answer = ask(client, shop, **more)
    assert answer.status_code == 200, answer.text
    return answer.json["slots"]


def times(first: str, last: str, step: int = 15) -> list[str]:
    """Every step from one HH:MM to another, both included."""
    begin, end = (int(one[:2]) * 60 + int(one[3:]) for one in (first, last))
    return [f"{minute // 60:02}:{minute % 60:02}" for minute in range(begin, end + 1, step)]


# --- the answer ---------------------------------------------------------------------------------


def test_a_free_day_is_told_in_local_time_with_its_instants_and_workers(client):
    shop = booking.shop(2, timezone="Europe/Warsaw")
    answer = ask(client, shop).json
    assert answer["date"] == "2026-11-30"
    assert answer["service_id"] == shop.service.id
    assert answer["timezone"] == "Europe/Warsaw"
    assert answer["slots"] == times("09:00", "16:00")
    assert answer["detail"][0] == {
        "start": "2026-11-30T09:00:00+01:00",
        "local": "09:00",
        "worker_ids": [worker.id for worker in shop.workers],
    }
    assert "days" not in answer


def test_several_days_are_told_one_by_one(client):
    shop = booking.shop(hours=[(0, 540, 720), (2, 600, 720)])
    answer = ask(client, shop, to="2026-12-02").json
    assert [one["date"] for one in answer["days"]] == ["2026-11-30", "2026-12-01", "2026-12-02"]
    assert [one["slots"] for one in answer["days"]] == [
        times("09:00", "11:00"),
        [],
        times("10:00", "11:00"),
    ]
    assert {key: answer[key] for key in ("date", "slots", "detail")} == answer["days"][0]


def test_a_window_is_the_sum_of_its_parts(client):
    shop = booking.shop(2, hours=[(day, 1200, 1560) for day in range(7)], timezone="Asia/Tashkent")
    booking.take(shop.resource(), at(15), at(17))
    whole = ask(client, shop, to="2026-12-06").json["days"]
    parts = [
        ask(client, shop, date="2026-11-30", to="2026-12-02").json["days"],
        ask(client, shop, date="2026-12-03", to="2026-12-03").json["days"],
        ask(client, shop, date="2026-12-04", to="2026-12-06").json["days"],
    ]
    assert whole == [day for part in parts for day in part]
    assert all(day["slots"] for day in whole)


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/Warsaw", date(2027, 3, 28), ["00:30", "01:00", "01:30", "03:00"]),
        (
            "Europe/Warsaw",
            date(2026, 12, 6),
            ["00:30", "01:00", "01:30", "02:00", "02:30", "03:00"],
        ),
        (
            "Asia/Tashkent",
            date(2026, 12, 6),
            ["00:30", "01:00", "01:30", "02:00", "02:30", "03:00"],
        ),
        (
            "Australia/Lord_Howe",
            date(2027, 4, 4),
            ["00:30", "01:00", "01:30", "02:00", "02:30", "03:00"],
        ),
    ],
)
def test_a_skipped_time_is_not_offered_and_a_repeated_one_once(client, zone, day, expected):
    shop = booking.shop(hours=[(6, 30, 240)], timezone=zone, slot_step_minutes=30, horizon_days=400)
    assert slots(client, shop, date=str(day)) == expected


def test_a_visit_over_the_hour_that_is_repeated_takes_its_own_time(client):
    shop = booking.shop(
        hours=[(6, 60, 240)], timezone="Europe/Warsaw", slot_step_minutes=60, horizon_days=400
    )
    detail = ask(client, shop, date="2027-10-31").json["detail"]
    assert [one["start"] for one in detail] == [
        "2027-10-31T01:00:00+02:00",
        "2027-10-31T02:00:00+02:00",
        "2027-10-31T03:00:00+01:00",
    ]


# --- what keeps a time from being offered -------------------------------------------------------


def test_what_is_taken_away_or_closed_is_not_offered(client):
    shop = booking.shop(hours=[(0, 540, 1020)])
    booking.add_hours(shop, [(0, 720, 780)], kind="off")
    booking.take(shop.resource(), at(9), at(10))
    booking.add_time_off(shop.workers[0], at(15, 7), at(20))
    assert slots(client, shop) == [*times("10:00", "11:00"), *times("13:00", "14:00")]


def test_a_dated_row_replaces_the_hours_of_its_weekday(client):
    shop = booking.shop()
    booking.add_hours(shop, [(MONDAY, 0, 1440)], kind="off")
    booking.add_hours(shop, [(MONDAY + timedelta(1), 600, 720)])
    assert slots(client, shop) == []
    assert slots(client, shop, date="2026-12-01") == times("10:00", "11:00")
    assert slots(client, shop, date="2026-12-02") == times("09:00", "16:00")


def test_a_worker_with_hours_is_open_where_the_business_is_too(client):
    shop = booking.shop(2)
    first, second = shop.workers
    booking.add_hours(shop, [(0, 480, 660)], worker=first)
    booking.add_hours(shop, [(date(2027, 1, 1), 540, 600)], worker=second)
    assert slots(client, shop, worker_id=first.id) == times("09:00", "10:00")
    assert slots(client, shop, worker_id=second.id) == []


def test_a_business_without_hours_is_closed(client):
    assert slots(client, booking.shop(hours=[])) == []


def test_buffers_keep_others_away_but_may_lie_outside_of_opening_hours(client):
    shop = booking.shop(service={"buffer_before_minutes": 15, "buffer_after_minutes": 30})
    booking.take(shop.resource(), at(12), at(13))
    assert slots(client, shop) == [*times("09:00", "10:30"), *times("13:15", "16:00")]


def test_a_room_is_needed_beside_the_worker(client):
    shop = booking.shop(2)
    room = booking.add_room(shop, units=2)
    booking.take(room.id, at(9), at(11), lane=0)
    booking.take(room.id, at(10), at(12), lane=1)
    assert slots(client, shop) == times("09:00", "09:00") + times("11:00", "16:00")
    with writing() as session:
        session.execute(update(Resource).where(Resource.id == room.id).values(is_active=False))
    assert slots(client, shop) == []


def test_only_who_has_the_skill_and_is_active_is_offered(client):
    shop = booking.shop(3)
    one, two, three = shop.workers
    booking.add_skill(shop, one)
    booking.add_skill(shop, two)
    with writing() as session:
        session.execute(update(Worker).where(Worker.id == two.id).values(is_active=False))
    detail = ask(client, shop).json["detail"]
    assert {tuple(free["worker_ids"]) for free in detail} == {(one.id,)}
    assert slots(client, shop, worker_id=two.id) == []
    assert slots(client, shop, worker_id=three.id) == []


def test_the_implicit_worker_stands_in_while_nobody_else_is_active(client):
    shop = booking.shop(0)
    implicit = booking.add_worker(shop, is_implicit=True)
    assert ask(client, shop).json["detail"][0]["worker_ids"] == [implicit.id]
    real = booking.add_worker(shop)
    assert ask(client, shop).json["detail"][0]["worker_ids"] == [real.id]
    assert slots(client, shop, worker_id=implicit.id) == []


def test_the_past_the_lead_and_what_is_beyond_the_horizon_are_not_offered(client):
    shop = booking.shop(lead_minutes=120, horizon_days=2)
    assert slots(client, shop, date="2026-11-29") == times("14:00", "16:00")
    assert slots(client, shop, date="2026-11-28") == []
    assert slots(client, shop, date="2026-12-01") == times("09:00", "16:00")
    assert slots(client, shop, date="2026-12-02") == []


def test_a_hold_that_has_expired_stands_in_nobodys_way(client):
    shop = booking.shop()
    held = {"status": "held", "hold_expires_at": NOW + timedelta(minutes=5)}
    booking.take(shop.resource(), at(9), at(17), **held)
    assert slots(client, shop) == []
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        assert slots(client, shop) == times("09:00", "16:00")


def test_a_long_visit_that_began_before_the_day_is_seen(client):
    shop = booking.shop()
    booking.take(shop.resource(), at(12) - timedelta(days=2), at(12))
    assert slots(client, shop) == times("12:00", "16:00")


# --- refusals -----------------------------------------------------------------------------------


def test_only_what_is_approved_and_on_offer_is_found(client):
    shop, pending = booking.shop(), booking.shop(status="pending")
    code = "BUSINESS_NOT_FOUND"
    assert ask(client, pending).json["error_code"] == code
    answer = client.get(f"/api/v1/businesses/no-such/availability?service_id=1&date={MONDAY}")
    assert (answer.status_code, answer.json["error_code"]) == (404, code)
    others = ask(client, shop, service_id=pending.service.id)
    assert (others.status_code, others.json["error_code"]) == (404, "SERVICE_NOT_FOUND")
    retired = booking.add_service(shop.business, status="inactive")
    assert ask(client, shop, service_id=retired.id).json["error_code"] == "SERVICE_NOT_FOUND"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"date": "30.11.2026"}, "date"),
        ({"date": "2026-11-31"}, "date"),
        ({"date": "9999-12-31"}, "date"),
        ({"date": "20261130"}, "date"),
        ({"service_id": "x"}, "service_id"),
        ({"service_id": 0}, "service_id"),
        ({"service_id": 2**63}, "service_id"),
        ({"to": "2026-11-29"}, "to"),
        ({"to": "2027-01-31"}, "to"),
        ({"worker_id": 10**9}, "worker_id"),
    ],
)
def test_bad_input_names_its_field(client, query, field):
    answer = ask(client, booking.shop(), **query)
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_ERROR")
    assert list(answer.json["details"]) == [field]


@pytest.mark.parametrize(
    "service",
    [
        {"duration_minutes": None},
        {"duration_minutes": 7},
        {"buffer_after_minutes": 3},
        {"duration_minutes": 2880, "buffer_after_minutes": 5},
    ],
)
def test_a_service_that_fits_no_calendar_is_ordered_but_not_booked(client, service):
    answer = ask(client, booking.shop(service=service))
    assert (answer.status_code, list(answer.json["details"])) == (400, ["service_id"])


def test_62_days_can_be_asked_for_at_once(client):
    answer = ask(client, booking.shop(), to="2027-01-30")
    assert (answer.status_code, len(answer.json["days"])) == (200, 62)


# --- the tag ------------------------------------------------------------------------------------


def test_who_has_the_answer_is_told_so_until_it_changes(client):
    shop = booking.shop(2)
    answer = ask(client, shop)
    known = {"If-None-Match": answer.headers["ETag"]}
    assert answer.headers["Cache-Control"] == "no-cache"
    again = ask(client, shop, headers=known)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        assert ask(client, shop, headers=known).status_code == 304
    for change in (
        update(Resource).values(calendar_version=Resource.calendar_version + 1),
        update(Business).where(Business.id == shop.business.id).values(version=2),
        update(Service).where(Service.id == shop.service.id).values(version=2),
        update(Worker).where(Worker.id == shop.workers[0].id).values(is_active=False),
    ):
        with writing() as session:
            session.execute(change)
        changed = ask(client, shop, headers=known)
        assert changed.status_code == 200
        known = {"If-None-Match": changed.headers["ETag"]}


def test_a_tag_is_of_one_question(client):
    shop = booking.shop(2)
    queries = [{}, {"to": "2026-12-01"}, {"date": "2026-12-01"}]
    queries += [{"worker_id": worker.id} for worker in shop.workers]
    assert len({ask(client, shop, **query).headers["ETag"] for query in queries}) == 5


def test_the_tag_of_today_changes_as_its_times_pass(client):
    shop = booking.shop()
    known = {"If-None-Match": ask(client, shop, date="2026-11-29").headers["ETag"]}
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        answer = ask(client, shop, date="2026-11-29", headers=known)
    assert (answer.status_code, answer.json["slots"][0]) == (200, "12:15")


# --- its cost -----------------------------------------------------------------------------------


def asked(call: Any, status: int) -> list[str]:
    with counted_statements() as statements:
        assert call().status_code == status
    return [one for one in statements if not one.startswith(("PRAGMA", "SET SESSION"))]


@pytest.mark.parametrize(("workers", "days"), [(1, 1), (1, 62), (12, 1), (12, 62)])
def test_five_statements_whatever_the_number_of_workers_and_days(client, workers, days):
    shop = booking.shop(workers)
    booking.add_room(shop)
    to = str(MONDAY + timedelta(days=days - 1))
    assert len(asked(lambda: ask(client, shop, to=to), 200)) == BEYOND_AUTHENTICATION
    known = {"If-None-Match": ask(client, shop, to=to).headers["ETag"]}
    assert len(asked(lambda: ask(client, shop, to=to, headers=known), 304)) == KNOWN_ALREADY


def test_days_that_cannot_be_booked_are_not_read(client):
    shop = booking.shop()
    assert len(asked(lambda: ask(client, shop, date="2020-01-01"), 200)) == KNOWN_ALREADY
