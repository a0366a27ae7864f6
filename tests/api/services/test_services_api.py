"""V6 and V8: what is on offer, and the admin who changes it."""

from __future__ import annotations

import pytest

from tests import factories


@pytest.mark.parametrize("path", ["/api/v1/services", "/api/v1/services/"])
def test_everyone_sees_the_active_services_in_pages(client, path):
    factories.service("Wash", "12.50", duration_minutes=60)
    factories.service("Iron", "6.00")
    factories.service("Old", status="inactive")
    answer = client.get(path, query_string={"per_page": 1, "page": 2})
    assert answer.status_code == 200
    assert [one["name"] for one in answer.json] == ["Iron"]
    assert answer.headers["X-Total-Count"] == "2"
    assert 'rel="prev"' in answer.headers["Link"]
    first = client.get(path).json[0]
    assert first == {
        "id": first["id"],
        "name": "Wash",
        "price": 12.5,
        "duration_minutes": 60,
        "status": "active",
        "required_license": None,
        "required_level": None,
    }


def test_an_inactive_or_unknown_service_is_not_found(client):
    active = factories.service()
    retired = factories.service(status="inactive")
    assert client.get(f"/api/v1/services/{active.id}").json["id"] == active.id
    for service_id in (retired.id, 10**6, 10**30):
        assert client.get(f"/api/v1/services/{service_id}").status_code == 404
    assert client.get(f"/api/v1/services/{retired.id}").json["error_code"] == "SERVICE_NOT_FOUND"


def test_an_admin_offers_changes_and_deletes_a_service(admin, client):
    made = admin.post("/api/v1/services", json={"name": " Wash ", "price": "12.5"})
    assert made.status_code == 201
    assert made.json["name"] == "Wash"
    assert made.json["price"] == 12.5
    path = f"/api/v1/services/{made.json['id']}"
    assert made.headers["Location"] == path
    changed = admin.put(path, json={"duration_minutes": 90, "price": 13})
    assert changed.status_code == 200
    assert changed.json | {"id": 0} == {
        "id": 0,
        "name": "Wash",
        "price": 13.0,
        "duration_minutes": 90,
        "status": "active",
        "required_license": None,
        "required_level": None,
    }
    assert admin.delete(path).json == {"message": "Deleted", "deactivated": False}
    assert client.get(path).status_code == 404
    assert admin.delete(path).status_code == 404


def test_a_service_that_was_ordered_is_deactivated_and_says_so(admin, client):
    service = factories.service("Wash")
    factories.order(service)
    path = f"/api/v1/services/{service.id}"
    for _ in range(2):
        assert admin.delete(path).json == {"message": "Deactivated", "deactivated": True}
    assert client.get(path).status_code == 404
    assert admin.put(path, json={"status": "active"}).json["status"] == "active"
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("name", ["Wash", "a \"b\" of 'c'", "for key 'users.x'"])
def test_two_services_never_share_a_name(admin, name):
    factories.service(name)
    path = f"/api/v1/services/{factories.service('Iron').id}"
    for answer in (
        admin.post("/api/v1/services", json={"name": name, "price": 1}),
        admin.put(path, json={"name": name}),
    ):
        assert answer.status_code == 409
        assert answer.json["error_code"] == "CONFLICT"
        assert "name" in answer.json["details"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": None},
        {"name": ""},
        {"name": "x" * 129},
        {"price": None},
        {"price": -1},
        {"price": "much"},
        {"price": 1.999},
        {"status": None},
        {"status": "gone"},
        {"duration_minutes": 0},
        {"duration_minutes": "60"},
    ],
)
def test_a_wrong_field_is_named_and_nothing_changes(admin, client, wrong):
    service = factories.service("Wash", "5.00")
    path = f"/api/v1/services/{service.id}"
    for answer in (
        admin.put(path, json=wrong),
        admin.post("/api/v1/services", json={"name": "New", "price": 1} | wrong),
    ):
        assert answer.status_code == 400
        assert answer.json["error_code"] == "VALIDATION_ERROR"
        assert next(iter(wrong)) in answer.json["details"]
    assert client.get(path).json["price"] == 5.0
    assert len(client.get("/api/v1/services").json) == 1


def test_a_new_service_needs_name_and_price(admin):
    answer = admin.post("/api/v1/services", json={})
    assert answer.status_code == 400
    assert set(answer.json["details"]) == {"name", "price"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("post", "/api/v1/services"), ("put", "/api/v1/services/1"), ("delete", "/api/v1/services/1")],
)
def test_a_customer_never_changes_what_is_offered(client, customer, method, path):
    body = {"name": "Free", "price": 0}
    assert getattr(client, method)(path, json=body).status_code == 401
    answer = getattr(client, method)(path, json=body, headers=customer.headers)
    assert answer.status_code == 403
    assert answer.json["error_code"] == "PERMISSION_DENIED"
