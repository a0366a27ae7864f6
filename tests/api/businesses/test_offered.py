"""What is offered is booked, and what is not offered is refused, for the reasons that why-not gives."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.support import clock
from app.support.wall_time import instant_of
from tests import booking, factories
from tests.appointments import APPOINTMENTS
from tests.booking_world import WALK_IN, book, in_days

STEP = 15
OPENS, CLOSES = 9, 14


@pytest.fixture
def shop():
    """A day with a break, time off, an appointment, a room that is taken, and buffers."""
    hours = [(day, OPENS * 60, CLOSES * 60) for day in range(7)]
    service = {
        "duration_minutes": 30,
        "buffer_before_minutes": 10,
        "buffer_after_minutes": 5,
    }
    shop = booking.shop(2, hours=hours, service=service, slot_step_minutes=STEP)
    booking.add_hours(shop, [(day, 720, 750) for day in range(7)], kind="off")
    first, second = shop.workers
    for worker, hour in ((first, 10), (second, 11)):
        start = instant_of(in_days(hour=hour))
        booking.add_time_off(worker, start, start + timedelta(minutes=40))
    for worker in shop.workers:
        book(shop, WALK_IN, in_days(hour=13), worker_id=worker.id)
    book(shop, WALK_IN, in_days(hour=9, minute=45), worker_id=second.id)
    return shop


@pytest.mark.parametrize("with_worker", [False, True], ids=["any worker", "one worker"])
def test_each_start_of_a_day_is_booked_or_refused_as_it_was_told(
    client, customer, shop, with_worker
):
    path = f"/api/v1/businesses/{shop.slug}"
    wish = {"service_id": shop.service.id}
    if with_worker:
        wish["worker_id"] = shop.workers[0].id
    day = instant_of(in_days()).date().isoformat()
    free = client.get(f"{path}/availability", query_string={**wish, "date": day}).json["detail"]
    offered = {one["start"]: one["worker_ids"] for one in free}
    reasons = set()
    for minute in range(in_days(hour=OPENS - 1), in_days(hour=CLOSES + 1), STEP // 3):
        start = instant_of(minute).isoformat()
        body = {**wish, "start": clock.instant_text(instant_of(minute))}
        why = client.get(f"{path}/why-not", query_string=body).json
        answer = client.post(f"{path}/appointments", json=body, headers=customer.headers)
        assert why["is_bookable"] == (answer.status_code == 201) == (start in offered), start
        if answer.status_code == 201:
            assert answer.json["worker"]["id"] in offered[start]
            cancel = f"{APPOINTMENTS}/{answer.json['order_number']}/cancel"
            assert client.post(cancel, json={}, headers=customer.headers).status_code == 200
            continue
        assert (answer.status_code, answer.json["error_code"]) == (409, "SLOT_UNAVAILABLE")
        told = dict.fromkeys(one["message"] for one in why["obstacles"])
        assert answer.json["details"]["start"] == list(told), start
        reasons |= set(why["reasons"])
    assert {"closed", "break", "misaligned", "taken", "buffer", "time_off"} <= reasons
    assert 4 < len(offered) < 20


def test_who_is_elsewhere_then_is_told_so_when_they_book(client, customer, shop):
    other = booking.shop()
    body = {
        "service_id": other.service.id,
        "start": clock.instant_text(instant_of(in_days(hour=11))),
    }
    path = f"/api/v1/businesses/{other.slug}/appointments"
    assert client.post(path, json=body, headers=customer.headers).status_code == 201
    body["service_id"] = shop.service.id
    path = f"/api/v1/businesses/{shop.slug}/appointments"
    assert client.post(path, json=body, headers=customer.headers).json["details"]["start"] == [
        "You have another appointment then."
    ]
    somebody = factories.sign_up(client.application, "eve@example.com")
    assert client.post(path, json=body, headers=somebody.headers).status_code == 201
