"""L18 to L20: customers as the admin's old pages manage them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import database
from app.models import Order, User
from app.support import clock
from tests import factories
from tests.factories import PASSWORD, Customer, DeviceHandle

CUSTOMERS = "/admin/api/customers"
BOB = {"name": "Bob", "email": "bob@example.com", "phone": "555"}
SHAPE = {
    "id",
    "name",
    "email",
    "phone",
    "is_active",
    "created_at",
    "createdAt",
    "totalOrders",
    "totalSpent",
}


@pytest.mark.parametrize("path", [CUSTOMERS, CUSTOMERS + "/"])
def test_customers_are_a_bare_array_with_what_they_spent(
    admin: FlaskClient, customer: Customer, path: str
) -> None:
    service = factories.service(price="12.50")
    for more in ({}, {}, {"status": "cancelled"}, {"deleted_at": clock.now()}):
        factories.order(service, customer_id=customer.id, **more)
    factories.order(service, customer_id=None)
    rows = admin.get(path).json
    assert [set(row) for row in rows] == [SHAPE]
    assert (rows[0]["totalOrders"], rows[0]["totalSpent"]) == (2, 25.0)
    assert rows[0]["createdAt"] == rows[0]["created_at"]


def test_a_new_customer_has_no_password_that_anybody_could_guess(
    client: FlaskClient, admin: FlaskClient
) -> None:
    made = admin.post(CUSTOMERS, json=BOB)
    assert made.status_code == 201
    assert made.json["message"] == "Created"
    assert set(made.json) >= SHAPE
    assert made.json["set_password_url"].startswith("http://handover.test/set-password#hp_")
    row = database.db.session.scalars(select(User).where(User.email == BOB["email"])).one()
    assert row.password_hash is None
    for guess in ("bob", "bob@example.com", "password", "555", "12345678", "changeme", "Bob123"):
        login = client.post("/auth/login", json={"email": BOB["email"], "password": guess})
        assert login.status_code == 401


@pytest.mark.parametrize("name", ["name", "email"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_new_customer_needs_name_and_address(
    admin: FlaskClient, name: str, value: object
) -> None:
    answer = admin.post(CUSTOMERS, json=BOB | {name: value})
    assert (answer.status_code, answer.json["error"]) == (400, "Missing fields")


def test_an_address_exists_once(admin: FlaskClient, customer: Customer) -> None:
    answer = admin.post(CUSTOMERS, json=BOB | {"email": "ADA@example.com"})
    assert (answer.status_code, answer.json["error"]) == (400, "Email exists")
    bob = admin.post(CUSTOMERS, json=BOB).json["id"]
    answer = admin.put(f"{CUSTOMERS}/{bob}", json={"email": "Ada@example.com"})
    assert (answer.status_code, answer.json["error"]) == (400, "Email exists")


@pytest.mark.parametrize("spelling", ["is_active", "isActive"])
def test_a_change_keeps_what_is_absent(
    client: FlaskClient, admin: FlaskClient, customer: Customer, spelling: str
) -> None:
    path = f"{CUSTOMERS}/{customer.id}"
    changed = admin.put(path, json={"name": "Ada L.", spelling: False})
    assert changed.status_code == 200
    assert (changed.json["message"], set(changed.json) >= SHAPE) == ("Updated", True)
    assert (changed.json["name"], changed.json["email"]) == ("Ada L.", "ada@example.com")
    assert client.get("/api/v1/auth/me", headers=customer.headers).status_code == 401
    assert admin.put(path, json={spelling: True}).json["is_active"] is True
    still_out = client.get("/api/v1/auth/me", headers=customer.headers)
    assert still_out.status_code == 401


@pytest.mark.parametrize("body", [{"name": None}, {"email": "x"}, {"is_active": "no"}])
def test_an_impossible_change_is_400(admin: FlaskClient, customer: Customer, body: object) -> None:
    assert admin.put(f"{CUSTOMERS}/{customer.id}", json=body).status_code == 400


def test_a_deleted_customer_is_deactivated_and_the_orders_stay(
    client: FlaskClient, admin: FlaskClient, customer: Customer
) -> None:
    factories.order(customer_id=customer.id)
    answer = admin.delete(f"{CUSTOMERS}/{customer.id}", content_type="application/json")
    assert (answer.status_code, answer.json) == (200, {"message": "Customer deleted"})
    assert len(database.db.session.scalars(select(Order)).all()) == 1
    assert admin.get(CUSTOMERS).json[0]["is_active"] is False
    login = {"email": customer.email, "password": PASSWORD}
    assert client.post("/auth/login", json=login).status_code == 401


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_unknown_customer_is_404(admin: FlaskClient, method: str) -> None:
    assert admin.open(f"{CUSTOMERS}/999", method=method, json={}).status_code == 404


def test_only_an_admins_session_comes_here(
    client: FlaskClient, customer: Customer, device: DeviceHandle
) -> None:
    calls = [
        ("GET", CUSTOMERS),
        ("POST", CUSTOMERS),
        ("PUT", f"{CUSTOMERS}/{customer.id}"),
        ("DELETE", f"{CUSTOMERS}/{customer.id}"),
    ]
    for method, path in calls:
        for headers, status in (({}, 401), (customer.headers, 403), (device.headers, 403)):
            answer = client.open(path, method=method, headers=headers, json=BOB)
            assert answer.status_code == status, (method, path)
            assert answer.json["error"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000"])
def test_another_site_cannot_write_with_an_admins_cookie(admin: FlaskClient, origin: str) -> None:
    answer = admin.post(CUSTOMERS, json=BOB, headers={"Origin": origin})
    assert answer.status_code == 403
    assert admin.get(CUSTOMERS).json == []


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://handover.test"}])
def test_our_own_pages_and_old_clients_write(admin: FlaskClient, headers: dict[str, str]) -> None:
    assert admin.post(CUSTOMERS, json=BOB, headers=headers).status_code == 201
