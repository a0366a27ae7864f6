"""The figures of a business, counted again by hand: over a month in which the clock is changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests import booking, factories
from tests.api.businesses.desk import Desk

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 11), date(2026, 4, 9)
WEEK = [
    *((weekday, 540, 1020) for weekday in range(5)),
    (4, 1200, 1620),  # Friday's night, until three
    (6, 0, 1440),  # all of Sunday, of which one has 23 hours
]
STEP = timedelta(minutes=5)
COUNTS = (
    "total",
    "upcoming",
    "pending",
    "confirmed",
    "processing",
    "completed",
    "cancelled",
    "no_show",
    "last_30_days",
)


@pytest.fixture(autouse=True)
def april() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(app) -> Desk:
    return Desk(app, timezone="Europe/Warsaw", hours=WEEK, currency="PLN", workers=1)


def visit(desk: Desk, local: str, hours: float = 1, **more: Any) -> Any:
    """An appointment that starts at a time of Warsaw."""
    starts_at = datetime.fromisoformat(local).replace(tzinfo=WARSAW).astimezone(UTC)
    values = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=hours)}
    if desk.shop.workers:
        values["worker_id"] = desk.shop.workers[0].id
    return factories.visit(desk.shop, desk.owner.id, **{**values, **more})


def stats(desk: Desk) -> Any:
    answer = desk.send("GET", "/stats")
    assert answer.status_code == 200, answer.text
    return answer.json


def is_open(moment: datetime, rules: list[tuple[int | date, int, int]]) -> bool:
    """By the clock on the wall: today's rows, and what is left of those of the nights before."""
    local = moment.astimezone(WARSAW)
    wall = local.hour * 60 + local.minute
    for ago in (0, 1):
        day = local.date() - timedelta(days=ago)
        for when, opens, closes in rules:
            is_of_day = when in (day, day.weekday())
            if is_of_day and opens <= wall + ago * 1440 < closes:
                return True
    return False


def by_hand(
    rules: list[list[tuple[int | date, int, int]]], away: list[Any], booked: list[Any]
) -> tuple[int, int]:
    """Booked and bookable steps of five minutes, each looked at by itself."""
    moment = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=WARSAW).astimezone(UTC)
    found = [0, 0]
    while moment.astimezone(WARSAW).date() <= LAST:
        is_bookable = all(is_open(moment, some) for some in rules) and not any(
            begin <= moment < end for begin, end in away
        )
        if is_bookable:
            found[1] += 1
            found[0] += any(one.starts_at <= moment < one.ends_at for one in booked)
        moment += STEP
    return found[0], found[1]


def test_counts_and_revenue_are_those_of_the_rows(desk):
    prices = {"completed": 30, "confirmed": 40, "cancelled": 50, "no_show": 60}
    for status, price in prices.items():
        visit(desk, "2026-04-07T10:00", status=status, total_cost=price)
    visit(desk, "2026-02-01T10:00", total_cost="12.34")
    visit(desk, "2026-02-02T10:00", total_cost="1000", currency="EUR")
    visit(desk, "2026-04-20T10:00", status="created")
    visit(desk, "2026-04-21T10:00", status="confirmed")
    visit(desk, "2026-04-22T10:00", status="held")
    visit(desk, "2026-04-22T11:00", status="expired")
    factories.order(business_id=desk.shop.business.id, customer_id=desk.owner.id)
    visit(Desk(desk.app, "otto@example.com", workers=1), "2026-04-07T10:00")
    found = stats(desk)
    assert {key: found[key] for key in COUNTS} == {
        "total": 8,
        "upcoming": 2,
        "pending": 1,
        "confirmed": 2,
        "processing": 0,
        "completed": 3,
        "cancelled": 1,
        "no_show": 1,
        "last_30_days": 4,
    }
    assert (found["revenue"], found["currency"]) == (42.34, "PLN")


def test_a_business_without_anything_has_figures_of_nothing(app):
    found = stats(Desk(app, hours=[]))
    assert (found["total"], found["revenue"], found["utilisation"]) == (0, 0.0, None)
    assert (found["top_services"], found["top_workers"]) == ([], [])


def test_utilisation_is_booked_against_bookable_minutes_over_the_change_of_the_clock(desk):
    worker = desk.shop.workers[0]
    away = [(datetime(2026, 3, 16, 0, tzinfo=WARSAW), datetime(2026, 3, 18, 12, 30, tzinfo=WARSAW))]
    booking.add_time_off(worker, *away[0])
    booked = [
        visit(desk, "2026-03-29T01:00", 3),  # over the hour that is not there
        visit(desk, "2026-03-13T23:00", 5, status="confirmed"),  # longer than Friday's night
        visit(desk, "2026-03-16T10:00", 2),  # while away
        visit(desk, "2026-04-09T16:00", 2, status="processing"),  # past closing
        visit(desk, "2026-03-10T10:00", 2),  # before the month
        visit(desk, "2026-04-10T10:00", 2),  # today
    ]
    visit(desk, "2026-03-20T10:00", 4, status="cancelled")
    visit(desk, "2026-03-20T14:00", 2, status="no_show")
    used, bookable = by_hand([WEEK], away, booked)
    assert used > 0
    assert stats(desk)["utilisation"] == round(used / bookable, 4)


def test_the_sunday_of_the_change_has_twenty_three_hours(app):
    desk = Desk(app, timezone="Europe/Warsaw", hours=[(date(2026, 3, 29), 0, 1440)], workers=1)
    visit(desk, "2026-03-29T00:00", 11.5)
    assert stats(desk)["utilisation"] == 0.5


def test_a_workers_own_hours_narrow_what_is_bookable(desk):
    worker = desk.shop.workers[0]
    own = [(0, 600, 1200), (6, 120, 300)]
    booking.add_hours(desk.shop, own, worker=worker)
    booked = [visit(desk, "2026-03-30T09:00", 2), visit(desk, "2026-03-29T01:30", 2)]
    used, bookable = by_hand([WEEK, own], [], booked)
    assert stats(desk)["utilisation"] == round(used / bookable, 4)


def test_two_workers_have_twice_the_time_and_two_visits_at_once_count_twice(desk):
    booking.add_worker(desk.shop)
    first = visit(desk, "2026-04-07T10:00", 2)
    visit(desk, "2026-04-07T10:00", 2, worker_id=desk.shop.workers[1].id)
    _, bookable = by_hand([WEEK], [], [first])
    assert stats(desk)["utilisation"] == round(2 * 24 / (2 * bookable), 4)


def test_who_and_what_is_wanted_most_comes_first(desk):
    other = booking.add_worker(desk.shop, name="Wanda")
    colour = booking.add_service(desk.shop.business, name="Colour")
    visit(desk, "2026-04-07T10:00")
    for hour in (10, 12):
        more = {"worker_id": other.id, "service_id": colour.id}
        visit(desk, f"2026-04-08T{hour}:00", **more)
    visit(desk, "2026-04-08T15:00", status="cancelled")
    found = stats(desk)
    assert [(one["name"], one["visits"]) for one in found["top_services"]] == [
        ("Colour", 2),
        (desk.shop.service.name, 1),
    ]
    assert (found["top_workers"][0]["name"], found["top_workers"][0]["visits"]) == ("Wanda", 2)
