"""The house takes appointments as any business does, whenever its workers came (booking.md 1)."""

from __future__ import annotations

from typing import Any

import pytest

from app.models import Worker
from app.support import clock
from app.support.wall_time import instant_of
from tests import factories
from tests.appointments import assert_claims_fit
from tests.booking_world import in_days
from tests.holes.world import stored
from tests.scanning import SCAN, long_form

HOUSE = "/api/v1/businesses/house"
ALWAYS = {"hours": [{"weekday": day, "opens": 0, "closes": 1440} for day in range(7)]}


@pytest.fixture
def service() -> Any:
    return factories.service(duration_minutes=60)


def open_up(admin) -> None:
    answer = admin.put(f"{HOUSE}/hours", json=ALWAYS)
    assert answer.status_code == 200, answer.text


def hire(admin, name: str = "Wanda") -> int:
    made = admin.post("/api/v1/workers", json={"name": name})
    assert made.status_code == 201, made.text
    return made.json["id"]


def book(client, customer, service, **more: Any) -> Any:
    start = clock.instant_text(instant_of(in_days()))
    body = {"service_id": service.id, "start": start, **more}
    return client.post(f"{HOUSE}/appointments", json=body, headers=customer.headers)


def test_before_it_has_hours_it_is_closed_and_says_so(client, admin, customer, service):
    hire(admin)
    refused = book(client, customer, service)
    assert (refused.status_code, refused.json["error_code"]) == (409, "SLOT_UNAVAILABLE")
    assert refused.json["details"]["start"] == ["It is closed then."]


def test_without_workers_it_is_booked_itself(client, admin, customer, service):
    open_up(admin)
    booked = book(client, customer, service)
    assert booked.status_code == 201, booked.text
    assert_claims_fit(booked.json["id"])
    assert admin.get("/api/v1/workers").json == []


def test_who_came_before_and_who_came_after_its_hours_are_booked_alike(
    app, client, admin, customer, service
):
    early = hire(admin, "Early")
    open_up(admin)
    late = hire(admin, "Late")
    other = factories.sign_up(app, "bob@example.com")
    booked = [
        book(client, who, service, worker_id=one) for who, one in ((customer, early), (other, late))
    ]
    assert [one.status_code for one in booked] == [201, 201], booked[-1].text
    assert [one.json["worker"]["id"] for one in booked] == [early, late]
    third = factories.sign_up(app, "eve@example.com")
    assert book(client, third, service).json["error_code"] == "SLOT_UNAVAILABLE"


def test_what_is_booked_there_is_checked_in_by_any_device_of_the_house(
    client, admin, customer, device, service
):
    open_up(admin)
    number = book(client, customer, service).json["order_number"]
    told = client.post(SCAN, json=long_form(number, "processing"), headers=device.headers).json
    assert (told["reasons"], told["order"]["status"]) == (["outside_window"], "processing")


@pytest.mark.parametrize("how", ["delete", "put", "old"])
def test_a_worker_of_the_house_with_appointments_to_come_is_not_dismissed(
    client, admin, customer, service, how
):
    worker_id = hire(admin)
    open_up(admin)
    booked = book(client, customer, service, worker_id=worker_id).json
    path = f"/api/v1/workers/{worker_id}"
    refused = {
        "delete": lambda: admin.delete(path),
        "put": lambda: admin.put(path, json={"is_active": False}),
        "old": lambda: admin.delete(f"/admin/api/workers/{worker_id}"),
    }[how]()
    assert (refused.status_code, refused.json["error_code"]) == (409, "CONFLICT")
    assert refused.json["details"] == {"appointments": [booked["order_number"]]}
    assert stored(Worker, worker_id).is_active
    cancel = f"/api/v1/appointments/{booked['order_number']}/cancel"
    assert client.post(cancel, json={}, headers=customer.headers).status_code == 200
    assert admin.delete(path).status_code == 200
    assert not stored(Worker, worker_id).is_active
