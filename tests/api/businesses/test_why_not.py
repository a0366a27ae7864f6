"""What stands in the way of a time is told by its name, with the nearest times that are free."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import update

from app.models import Resource
from tests import booking
from tests.rows import writing
from tests.statements import counted_statements

MONDAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def sunday_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def ask(client: Any, shop: booking.Shop, start: Any, **more: Any) -> Any:
    start = start if isinstance(start, str) else start.isoformat()
    query = {"service_id": shop.service.id, "start": start} | more
    return client.get(f"/api/v1/businesses/{shop.slug}/why-not", query_string=query)


def reasons(client: Any, shop: booking.Shop, start: datetime, **more: Any) -> list[str]:
    answer = ask(client, shop, start, **more)
    assert answer.status_code == 200, answer.text
    assert answer.json["is_bookable"] == (not answer.json["reasons"])
    return answer.json["reasons"]


def test_a_free_time_can_be_booked(client):
    shop = booking.shop(timezone="Europe/Warsaw")
    answer = ask(client, shop, "2026-11-30T10:00:00Z").json
    assert answer == {
        "start": "2026-11-30T11:00:00+01:00",
        "local": "11:00",
        "service_id": shop.service.id,
        "is_bookable": True,
        "reasons": [],
        "obstacles": [],
        "alternatives": answer["alternatives"],
    }
    nearest = [one["local"] for one in answer["alternatives"]]
    assert nearest == ["10:15", "10:30", "10:45", "11:15", "11:30"]


def test_each_reason_is_told_by_its_name(client):
    shop = booking.shop(
        hours=[(0, 540, 1020)],
        lead_minutes=60,
        horizon_days=20,
        service={"buffer_after_minutes": 10},
    )
    booking.add_hours(shop, [(0, 720, 780)], kind="off")
    booking.take(shop.resource(), at(10), at(11))
    booking.add_time_off(shop.workers[0], at(16), at(20))
    expected = {
        at(11, day=date(2026, 11, 29)): ["past"],
        at(12, 30, day=date(2026, 11, 29)): ["lead", "closed"],
        at(9, day=date(2026, 12, 20)): ["horizon"],
        at(9, day=date(2026, 12, 19)): ["closed"],
        at(8): ["closed"],
        at(11, 30): ["break"],
        at(12): ["break"],
        at(16): ["time_off"],
        at(16, 15): ["closed", "time_off"],
        at(10): ["taken"],
        at(10, 15): ["taken"],
        at(9): ["buffer"],
        at(11): [],
        at(14): [],
    }
    assert {start: reasons(client, shop, start) for start in expected} == expected
    assert reasons(client, shop, at(13, 5)) == ["misaligned"]
    assert reasons(client, shop, at(13) + timedelta(seconds=30)) == ["misaligned"]


def test_a_lead_may_reach_beyond_the_horizon(client):
    shop = booking.shop(lead_minutes=2880, horizon_days=1)
    assert reasons(client, shop, at(9)) == ["lead"]
    assert reasons(client, shop, at(9, day=date(2026, 12, 1))) == ["lead", "horizon"]
    assert ask(client, shop, at(9)).json["alternatives"] == []


def test_a_worker_who_is_away_or_cannot_do_it_is_named(client):
    shop = booking.shop(2)
    able, other = shop.workers
    booking.add_skill(shop, able)
    assert reasons(client, shop, at(9), worker_id=other.id) == ["unable"]
    with writing() as session:
        resource = update(Resource).where(Resource.worker_id == able.id)
        session.execute(resource.values(is_active=False))
    [obstacle] = ask(client, shop, at(9), worker_id=able.id).json["obstacles"]
    assert (obstacle["reason"], obstacle["worker_id"]) == ("inactive", able.id)
    assert reasons(client, shop, at(9)) == ["inactive"]


def test_any_worker_is_in_the_way_only_when_all_are(client):
    shop = booking.shop(2)
    booking.take(shop.resource(0), at(9), at(10))
    assert reasons(client, shop, at(9)) == []
    assert reasons(client, shop, at(9), worker_id=shop.workers[0].id) == ["taken"]
    booking.add_time_off(shop.workers[1], at(8), at(10))
    found = ask(client, shop, at(9)).json["obstacles"]
    assert [(one["reason"], one["worker_id"]) for one in found] == [
        ("taken", shop.workers[0].id),
        ("time_off", shop.workers[1].id),
    ]


def test_a_room_that_is_taken_is_in_everybodys_way(client):
    shop = booking.shop(2)
    room = booking.add_room(shop)
    booking.take(room.id, at(9), at(10))
    assert reasons(client, shop, at(9, 30)) == ["taken"]
    assert reasons(client, shop, at(10)) == []


def test_a_time_that_the_clock_shows_again_is_not_one_that_visits_start_at(client):
    shop = booking.shop(
        hours=[(6, 0, 1440)], timezone="Europe/Warsaw", horizon_days=400, slot_step_minutes=30
    )
    day = date(2027, 10, 31)
    assert reasons(client, shop, at(0, 30, day=day)) == []
    assert reasons(client, shop, at(1, 30, day=day)) == ["misaligned"]


def test_the_nearest_free_times_are_on_both_sides(client):
    shop = booking.shop(hours=[(0, 540, 1020)])
    booking.take(shop.resource(), at(11), at(14))
    found = ask(client, shop, at(12, 15)).json["alternatives"]
    assert [one["local"] for one in found] == ["09:45", "10:00", "14:00", "14:15", "14:30"]
    [only] = {tuple(one["worker_ids"]) for one in found}
    assert only == (shop.workers[0].id,)


def test_the_nearest_of_a_past_or_distant_time_are_the_first_or_the_last(client):
    shop = booking.shop(hours=[(0, 540, 660)], horizon_days=15)
    past = ask(client, shop, at(9, day=date(2026, 1, 1))).json
    assert past["reasons"] == ["past"]
    assert past["alternatives"][0]["start"] == "2026-11-30T09:00:00+00:00"
    distant = ask(client, shop, at(9, day=date(2028, 1, 1))).json
    assert distant["reasons"] == ["horizon"]
    assert distant["alternatives"][-1]["start"] == "2026-12-14T10:00:00+00:00"


@pytest.mark.parametrize(
    "start", ["2026-11-30T10:00:00+01:00", "2026-11-30T10:00:00 01:00", "2026-11-30T09:00:00Z"]
)
def test_the_plus_of_an_offset_may_have_become_a_blank(client, start):
    answer = ask(client, booking.shop(), start)
    assert (answer.status_code, answer.json["local"]) == (200, "09:00")


@pytest.mark.parametrize("start", ["2026-11-30T10:00", "tomorrow", "9999-12-31T23:59:59Z", ""])
def test_a_start_is_an_instant(client, start):
    answer = ask(client, booking.shop(), start)
    assert (answer.status_code, list(answer.json["details"])) == (400, ["start"])


def test_five_statements_whatever_the_number_of_workers(client):
    shop = booking.shop(9)
    with counted_statements() as statements:
        assert ask(client, shop, at(9)).status_code == 200
    assert len([one for one in statements if not one.startswith(("PRAGMA", "SET"))]) == 5
