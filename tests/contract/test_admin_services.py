"""Services as the admin's old pages ask for them, and who may (contract.md L14 to L17)."""

from __future__ import annotations

import pytest

from tests import factories
from tests.contract.rows import LEGACY, sample
from tests.contract.shapes import (
    OLD_SERVICE,
    answered,
    refused,
)

MESSAGE = {"message": str}
SERVICES = "/admin/api/services"
ORDERS = "/admin/api/orders"
NOBODYS = 424242

ADMIN_JSON = [
    (row, *route.split(" "))
    for row, some in LEGACY.items()
    for route in some
    if "/admin/api/" in route
]


@pytest.mark.parametrize(("row", "method", "path"), ADMIN_JSON)
def test_L14_L15_L16_L17_L18_L19_L20_L21_L22_L22b_without_a_session_it_is_401(
    client, customer, device, row, method, path
):
    path = sample(path)
    refused(client.open(path, method=method, json={}), 401, "UNAUTHORIZED", "Unauthorized")
    client.set_cookie("session", "hs_made-up")
    refused(client.open(path, method=method, json={}), 401, "UNAUTHORIZED", "Unauthorized")
    for stranger in (customer, device):
        answer = client.open(path, method=method, json={}, headers=stranger.headers)
        refused(answer, 403, "PERMISSION_DENIED")


def test_L14_services_of_every_status(admin):
    factories.service("Wash", "12.50", duration_minutes=60)
    factories.service("Gone", status="inactive")
    listed = answered(admin.get(SERVICES), 200, [OLD_SERVICE])
    assert [(one["name"], one["status"]) for one in listed] == [
        ("Wash", "active"),
        ("Gone", "inactive"),
    ]


def test_L15_a_service_is_created(admin):
    body = {"name": "Wash", "price": "12.5", "duration_minutes": 60, "status": "inactive"}
    told = answered(admin.post(SERVICES, json=body), 201, MESSAGE | OLD_SERVICE)
    assert {**told, "id": 0} == {
        "message": "Created",
        "id": 0,
        "name": "Wash",
        "price": 12.5,
        "duration_minutes": 60,
        "status": "inactive",
        "duration": "1h",
        "usage_count": 0,
        "category": None,
    }
    assert [one["id"] for one in admin.get(SERVICES).json] == [told["id"]]


@pytest.mark.parametrize(
    ("given", "minutes", "duration"),
    [
        ({"duration": "24h"}, 1440, "24h"),
        ({"duration": "90m"}, 90, "90m"),
        ({"duration": "1h 30m"}, 90, "90m"),
        ({"duration": ""}, None, None),
        ({"duration": None}, None, None),
        ({"durationMinutes": 45}, 45, "45m"),
        ({"duration_minutes": 45, "duration": "24h"}, 45, "45m"),
        ({}, None, None),
    ],
    ids=str,
)
def test_L15_a_duration_is_read_as_old_forms_write_it(admin, given, minutes, duration):
    body = {"name": "Wash", "price": 5, **given}
    told = answered(admin.post(SERVICES, json=body), 201, MESSAGE | OLD_SERVICE)
    assert (told["duration_minutes"], told["duration"]) == (minutes, duration)


BAD_SERVICES = [
    ("name", ""),
    ("name", None),
    ("name", 5),
    ("name", "x" * 129),
    ("price", None),
    ("price", -1),
    ("price", "twelve"),
    ("price", True),
    ("price", 1.005),
    ("price", 1e12),
    ("status", None),
    ("status", "gone"),
    ("duration_minutes", 0),
    ("duration_minutes", 1.5),
    ("duration", "a while"),
]


@pytest.mark.parametrize(("field", "value"), BAD_SERVICES, ids=repr)
def test_L15_a_bad_field_is_named(admin, field, value):
    answer = admin.post(SERVICES, json={"name": "Wash", "price": 5, field: value})
    refused(answer, 400, "VALIDATION_ERROR", field=field)
    assert admin.get(SERVICES).json == []


@pytest.mark.parametrize("missing", ["name", "price"])
def test_L15_name_and_price_are_required(admin, missing):
    body = {"name": "Wash", "price": 5}
    del body[missing]
    refused(admin.post(SERVICES, json=body), 400, "VALIDATION_ERROR", field=missing)


def test_L15_L16_a_name_is_taken_once(admin):
    factories.service("Wash")
    other = factories.service("Iron")
    refused(admin.post(SERVICES, json={"name": "Wash", "price": 5}), 409, "CONFLICT")
    refused(admin.put(f"{SERVICES}/{other.id}", json={"name": "Wash"}), 409, "CONFLICT")


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({"name": "Clean"}, {"name": "Clean"}),
        ({"price": 9.99}, {"price": 9.99}),
        ({"status": "inactive"}, {"status": "inactive"}),
        ({"duration": "2h"}, {"duration": "2h", "duration_minutes": 120}),
        ({"duration_minutes": None}, {"duration": None, "duration_minutes": None}),
        ({"category": "Laundry"}, {"category": "Laundry"}),
        ({}, {}),
    ],
    ids=str,
)
def test_L16_what_is_absent_stays(admin, given, changed):
    service = factories.service("Wash", "12.50", duration_minutes=60)
    (before,) = admin.get(SERVICES).json
    answer = admin.put(f"{SERVICES}/{service.id}", json=given)
    told = answered(answer, 200, MESSAGE | OLD_SERVICE)
    assert told == {"message": "Updated", **before, **changed}


@pytest.mark.parametrize(("field", "value"), BAD_SERVICES, ids=repr)
def test_L16_a_bad_field_is_named(admin, field, value):
    service = factories.service("Wash")
    answer = admin.put(f"{SERVICES}/{service.id}", json={field: value})
    refused(answer, 400, "VALIDATION_ERROR", field=field)


def test_L16_L17_an_unknown_service_is_404(admin):
    for answer in (
        admin.put(f"{SERVICES}/{NOBODYS}", json={"name": "X"}),
        admin.delete(f"{SERVICES}/{NOBODYS}"),
    ):
        refused(answer, 404, "SERVICE_NOT_FOUND")


def test_L17_a_service_without_orders_is_deleted(admin):
    service = factories.service()
    answer = admin.delete(f"{SERVICES}/{service.id}", headers={"Content-Type": "application/json"})
    assert answered(answer, 200, MESSAGE) == {"message": "Deleted"}
    assert admin.get(SERVICES).json == []


def test_L17_a_service_with_orders_is_deactivated_and_the_answer_says_so(admin, client):
    order = factories.order(factories.service("Wash"))
    answer = admin.delete(f"{SERVICES}/{order.service_id}")
    told = answered(answer, 200, MESSAGE | OLD_SERVICE)
    assert (told["message"], told["status"]) == ("Deactivated", "inactive")
    assert client.get("/api/services").json == []
    assert admin.get(f"{ORDERS}/{order.order_number}").json["service_name"] == "Wash"
