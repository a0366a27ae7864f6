"""Time off: written by those who run the business; what it hits is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.support import clock
from tests import booking, booking_world
from tests.api.businesses.desk import Desk


@pytest.fixture
def desk(app) -> Desk:
    return Desk(app, workers=1)


def period(days: int = 7, **more: Any) -> dict[str, Any]:
    begins = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days)
    times = {"start": begins, "end": begins + timedelta(days=1)}
    return {key: clock.instant_text(value) for key, value in times.items()} | more


def test_time_off_tells_what_it_hits_and_cancels_nothing(desk, customer):
    worker = desk.shop.workers[0]
    order = booking_world.book(desk.shop, customer.id, booking_world.in_days(7))
    answer = desk.send("POST", "/time-off", period(worker_id=worker.id, reason="Dentist"))
    assert answer.status_code == 201, answer.text
    [hit] = answer.json["appointments"]
    assert (hit["order_number"], hit["status"]) == (order.order_number, "created")
    [listed] = desk.send("GET", "/time-off").json
    assert listed == answer.json["time_off"]
    assert desk.send("DELETE", f"/time-off/{listed['id']}").status_code == 200
    assert desk.send("GET", "/time-off").json == []


def test_nobody_is_booked_while_they_are_away(client, desk):
    worker = desk.shop.workers[0]
    away = period(worker_id=worker.id)
    query = {"service_id": desk.shop.service.id, "date": away["start"][:10]}
    path = f"{desk.path}/availability"
    assert client.get(path, query_string=query).json["slots"] != []
    desk.send("POST", "/time-off", away)
    assert client.get(path, query_string=query).json["slots"] == []


def test_time_off_ends_after_it_begins(desk):
    worker = desk.shop.workers[0]
    away = period(worker_id=worker.id)
    body = {**away, "start": away["end"], "end": away["start"]}
    assert desk.send("POST", "/time-off", body).status_code == 400


@pytest.mark.parametrize("year", ["0001", "1969", "2200", "9999"])
def test_time_off_lies_in_years_that_calendars_have(desk, year):
    """A page could not show it by the clock of its business: 9999 is over there before it is here."""
    worker = desk.shop.workers[0]
    times = {"start": f"{year}-12-31T22:00:00Z", "end": f"{year}-12-31T23:00:00Z"}
    refused = desk.send("POST", "/time-off", {"worker_id": worker.id, **times})
    assert (refused.status_code, list(refused.json["details"])) == (400, ["start", "end"])
    assert desk.send("GET", "/time-off").json == []


def test_another_businesss_worker_or_time_off_is_404(app, desk):
    other = Desk(app, "otto@example.com", workers=1)
    theirs = other.shop.workers[0]
    assert desk.send("POST", "/time-off", period(worker_id=theirs.id)).status_code == 404
    made = other.send("POST", "/time-off", period(worker_id=theirs.id)).json
    assert desk.send("DELETE", f"/time-off/{made['time_off']['id']}").status_code == 404
    assert len(other.send("GET", f"/time-off?worker_id={theirs.id}").json) == 1
    assert desk.send("GET", f"/time-off?worker_id={theirs.id}").json == []


def test_what_is_over_is_not_listed(desk):
    worker = desk.shop.workers[0]
    booking.add_time_off(worker, clock.now() - timedelta(days=2), clock.now() - timedelta(days=1))
    assert desk.send("GET", "/time-off").json == []
