"""Services and the figures of the day under /api/v1 (contract.md V6, V8, V24)."""

from __future__ import annotations

import pytest

from tests import factories
from tests.contract.shapes import SERVICE, answered, refused

SERVICES = "/api/v1/services"
MESSAGE = {"message": str}


@pytest.fixture
def wash(app):
    return factories.service("Wash", "12.50", duration_minutes=60)


def scan(client, device, number: str, action: str) -> None:
    body = {"order_number": number, "action": action}
    answer = client.post("/api/v1/workers/scan", json=body, headers=device.headers)
    assert answer.status_code == 201


def test_V6_active_services_are_listed_and_shown(client, wash):
    hidden = factories.service("Gone", status="inactive")
    answer = client.get(SERVICES)
    assert answered(answer, 200, [SERVICE]) == [
        {
            "id": wash.id,
            "name": "Wash",
            "price": 12.5,
            "duration_minutes": 60,
            "status": "active",
            "required_license": None,
            "required_level": None,
        }
    ]
    assert answer.headers["X-Total-Count"] == "1"
    assert 'rel="first"' in answer.headers["Link"]
    assert answered(client.get(f"{SERVICES}/{wash.id}"), 200, SERVICE)["name"] == "Wash"
    for unknown in (hidden.id, 424242):
        refused(client.get(f"{SERVICES}/{unknown}"), 404, "SERVICE_NOT_FOUND")
    refused(client.get(f"{SERVICES}/{10**30}"), 404, "NOT_FOUND")


def test_V6_pages_of_services(client):
    made = [factories.service() for _ in range(3)]
    answer = client.get(f"{SERVICES}?per_page=2&page=2")
    assert [one["id"] for one in answer.json] == [made[2].id]
    assert answer.headers["X-Total-Count"] == "3"
    assert 'rel="prev"' in answer.headers["Link"]
    assert 'rel="next"' not in answer.headers["Link"]


def test_V8_an_admin_makes_changes_and_deletes_a_service(admin, client):
    answer = admin.post(SERVICES, json={"name": "Wash", "price": 12.5})
    told = answered(answer, 201, SERVICE)
    assert answer.headers["Location"] == f"{SERVICES}/{told['id']}"
    path = f"{SERVICES}/{told['id']}"
    assert answered(admin.put(path, json={"price": "13"}), 200, SERVICE) == {**told, "price": 13.0}
    gone = answered(admin.delete(path), 200, MESSAGE | {"deactivated": bool})
    assert gone == {"message": "Deleted", "deactivated": False}
    refused(client.get(path), 404, "SERVICE_NOT_FOUND")


def test_V8_a_service_with_orders_is_deactivated(admin, client):
    order = factories.order()
    gone = admin.delete(f"{SERVICES}/{order.service_id}").json
    assert gone == {"message": "Deactivated", "deactivated": True}


def test_V8_a_taken_name_is_409_and_an_unknown_service_404(admin, wash):
    refused(admin.post(SERVICES, json={"name": "Wash", "price": 1}), 409, "CONFLICT", field="name")
    refused(admin.put(f"{SERVICES}/424242", json={}), 404, "SERVICE_NOT_FOUND")
    refused(admin.delete(f"{SERVICES}/424242"), 404, "SERVICE_NOT_FOUND")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("price", None),
        ("price", -0.01),
        ("price", "free"),
        ("status", None),
        ("status", "lost"),
        ("duration_minutes", "60"),
    ],
    ids=repr,
)
def test_V8_a_bad_field_is_named(admin, wash, field, value):
    body = {"name": "Iron", "price": 1, field: value}
    refused(admin.post(SERVICES, json=body), 400, "VALIDATION_ERROR", field=field)
    answer = admin.put(f"{SERVICES}/{wash.id}", json={field: value})
    refused(answer, 400, "VALIDATION_ERROR", field=field)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", SERVICES),
        ("PUT", f"{SERVICES}/1"),
        ("DELETE", f"{SERVICES}/1"),
        ("GET", "/api/v1/admin/stats"),
    ],
)
def test_V8_V24_only_an_admin_may(client, customer, device, method, path):
    body = {"name": "Mine", "price": 0}
    refused(client.open(path, method=method, json=body), 401, "UNAUTHORIZED")
    for other in (customer, device):
        answer = client.open(path, method=method, json=body, headers=other.headers)
        refused(answer, 403, "PERMISSION_DENIED")


def test_V8_an_admins_jwt_opens_no_admin_route(app, client):
    factories.user(app, "boss@example.com", role="admin")
    body = {"email": "boss@example.com", "password": factories.PASSWORD}
    token = client.post("/api/v1/auth/login", json=body).json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post(SERVICES, json={"name": "Mine", "price": 0}, headers=headers)
    refused(answer, 403, "PERMISSION_DENIED")


def test_V24_the_figures_of_the_day(admin, client, device):
    order = factories.order()
    scan(client, device, order.order_number, "picked_up")
    told = answered(
        admin.get("/api/v1/admin/stats"),
        200,
        {
            "orders_today": int,
            "by_status": dict.fromkeys(
                ("created", "picked_up", "processing", "completed", "delivered", "cancelled"), int
            ),
            "scans_today": int,
            "flagged_open": int,
            "late": int,
            "devices_silent": int,
        },
    )
    assert (told["orders_today"], told["scans_today"]) == (1, 1)
    assert told["by_status"]["picked_up"] == 1
