"""L14 to L17: services as the admin's old pages manage them."""

from __future__ import annotations

import pytest

from tests import factories
from tests.legacy.shapes import SERVICE

PATH = "/admin/api/services"


@pytest.mark.parametrize("path", [PATH, PATH + "/"])
def test_the_admin_sees_services_of_every_status(admin, path):
    factories.service("Wash")
    factories.service("Gone", status="inactive")
    answer = admin.get(path)
    assert [(one["name"], one["status"]) for one in answer.json] == [
        ("Wash", "active"),
        ("Gone", "inactive"),
    ]
    assert all(set(one) == SERVICE for one in answer.json)


@pytest.mark.parametrize(
    ("given", "minutes", "duration"),
    [
        ({}, None, None),
        ({"duration": "24h"}, 1440, "24h"),
        ({"duration": "90m"}, 90, "90m"),
        ({"duration": "1h 30m"}, 90, "90m"),
        ({"duration": "2 days"}, 2880, "48h"),
        ({"duration": None}, None, None),
        ({"duration": ""}, None, None),
        ({"duration_minutes": 30, "duration": "24h"}, 30, "30m"),
        ({"durationMinutes": 30}, 30, "30m"),
    ],
)
def test_the_admin_offers_a_service(admin, given, minutes, duration):
    answer = admin.post(PATH, json={"name": "Wash", "price": "12.5", "category": "x"} | given)
    assert answer.status_code == 201
    assert set(answer.json) == SERVICE | {"message"}
    assert answer.json["message"] == "Created"
    assert (answer.json["price"], answer.json["usage_count"]) == (12.5, 0)
    assert (answer.json["duration_minutes"], answer.json["duration"]) == (minutes, duration)


def test_the_admin_changes_any_field(admin):
    service = factories.service("Wash", "5.00", duration_minutes=60)
    factories.order(service)
    path = f"{PATH}/{service.id}"
    answer = admin.put(path, json={"duration": "24h", "status": "inactive"})
    assert answer.status_code == 200
    assert answer.json["message"] == "Updated"
    assert (answer.json["name"], answer.json["price"]) == ("Wash", 5.0)
    assert (answer.json["duration_minutes"], answer.json["status"]) == (1440, "inactive")
    assert answer.json["usage_count"] == 1
    whole = {key: value for key, value in answer.json.items() if key != "message"}
    assert admin.put(path + "/", json=whole).json == answer.json


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": None},
        {"price": "NaN"},
        {"price": -0.01},
        {"status": None},
        {"status": "ready"},
        {"name": None},
        {"name": " "},
        {"duration": "soon"},
        {"duration": 24},
        {"duration": "24"},
        {"duration": "0h"},
        {"duration_minutes": 1.5},
        {"category": 1},
    ],
)
def test_a_wrong_field_is_named(admin, wrong):
    path = f"{PATH}/{factories.service('Wash').id}"
    for answer in (
        admin.put(path, json=wrong),
        admin.post(PATH, json={"name": "New", "price": 1} | wrong),
    ):
        assert answer.status_code == 400
        assert answer.json["error"] == answer.json["message"]
        assert answer.json["error_code"] == "VALIDATION_ERROR"
    assert [one["name"] for one in admin.get(PATH).json] == ["Wash"]


def test_a_duplicate_name_is_a_conflict(admin):
    factories.service("Wash")
    path = f"{PATH}/{factories.service('Iron').id}"
    assert admin.post(PATH, json={"name": "Wash", "price": 1}).status_code == 409
    assert admin.put(path, json={"name": "Wash"}).status_code == 409


def test_an_unused_service_is_deleted_and_a_used_one_deactivated(admin):
    unused = factories.service("Unused").id
    used = factories.service("Used")
    factories.order(used)
    used_id = used.id
    headers = {"Content-Type": "application/json"}
    answer = admin.delete(f"{PATH}/{unused}", headers=headers)
    assert (answer.status_code, answer.json) == (200, {"message": "Deleted"})
    answer = admin.delete(f"{PATH}/{used_id}", headers=headers)
    assert answer.status_code == 200
    assert (answer.json["message"], answer.json["status"]) == ("Deactivated", "inactive")
    assert [one["id"] for one in admin.get(PATH).json] == [used_id]


def test_an_unknown_service_is_not_found(admin):
    for answer in (admin.put(f"{PATH}/999", json={"price": 1}), admin.delete(f"{PATH}/999")):
        assert answer.status_code == 404
        assert answer.json["error"] == "Service not found"


def test_only_the_session_opens_it(client, customer):
    for headers in ({}, customer.headers):
        for method, path in (
            ("GET", PATH),
            ("POST", PATH),
            ("PUT", f"{PATH}/1"),
            ("DELETE", f"{PATH}/1"),
        ):
            answer = client.open(path, method=method, json={}, headers=headers)
            assert answer.status_code == (403 if headers else 401)
            if not headers:
                assert answer.json["error"] == "Unauthorized"


def test_a_page_of_another_site_changes_nothing(admin):
    service = factories.service("Wash")
    for origin in ("https://evil.example", "null"):
        answer = admin.delete(f"{PATH}/{service.id}", headers={"Origin": origin})
        assert answer.status_code == 403
    assert admin.get(PATH).json[0]["status"] == "active"
