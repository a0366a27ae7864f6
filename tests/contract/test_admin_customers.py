"""Customers as the admin's old pages ask for them (contract.md L18 to L20)."""

from __future__ import annotations

import pytest

from app import database
from tests import factories
from tests.contract.shapes import (
    OLD_CUSTOMER,
    answered,
    refused,
)

MESSAGE = {"message": str}
CUSTOMERS = "/admin/api/customers"
ORDERS = "/admin/api/orders"
NOBODYS = 424242


def test_L18_customers_with_what_their_orders_come_to(admin, customer):
    factories.order(factories.service(price="10.00"), customer_id=customer.id)
    factories.order(factories.service(price="2.50"), customer_id=customer.id)
    factories.order(customer_id=customer.id, status="cancelled")
    (told,) = answered(admin.get(CUSTOMERS), 200, [OLD_CUSTOMER])
    assert (told["id"], told["email"], told["is_active"]) == (customer.id, customer.email, True)
    assert (told["totalOrders"], told["totalSpent"]) == (2, 12.5)
    assert told["createdAt"] == told["created_at"]


def test_L19_a_customer_is_made_and_sets_a_password_by_a_link(admin, client):
    body = {"name": "Eve", "email": "Eve@Example.com", "phone": "+44 1"}
    answer = admin.post(CUSTOMERS, json=body)
    told = answered(answer, 201, MESSAGE | OLD_CUSTOMER | {"set_password_url": str})
    assert (told["message"], told["email"], told["phone"]) == (
        "Created",
        "eve@example.com",
        "+44 1",
    )
    assert (told["totalOrders"], told["totalSpent"]) == (0, 0.0)
    url, _, token = told["set_password_url"].partition("#")
    assert url == "http://handover.test/set-password"
    login = {"email": "eve@example.com", "password": "any password at all"}
    refused(client.post("/auth/login", json=login), 401, "INVALID_CREDENTIALS")
    chosen = {"token": token, "password": login["password"]}
    assert client.post("/api/v1/auth/set-password", json=chosen).status_code == 200
    assert client.post("/auth/login", json=login).status_code == 200
    refused(client.post("/api/v1/auth/set-password", json=chosen), 401, "INVALID_TOKEN")


@pytest.mark.parametrize(
    "body", [{}, {"name": "Eve"}, {"email": "e@x.org"}, {"name": "", "email": "e@x.org"}]
)
def test_L19_missing_fields(admin, body):
    refused(admin.post(CUSTOMERS, json=body), 400, "VALIDATION_ERROR", "Missing fields")


def test_L19_L20_an_email_exists_once(admin, customer, stranger):
    body = {"name": "Eve", "email": "ADA@example.com"}
    refused(admin.post(CUSTOMERS, json=body), 400, "EMAIL_ALREADY_EXISTS", "Email exists")
    answer = admin.put(f"{CUSTOMERS}/{stranger.id}", json={"email": "Ada@Example.com"})
    refused(answer, 400, "EMAIL_ALREADY_EXISTS", "Email exists")


def test_L19_a_bad_email_is_named(admin):
    answer = admin.post(CUSTOMERS, json={"name": "Eve", "email": "nobody"})
    refused(answer, 400, "VALIDATION_ERROR", field="email")


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({"name": "Ada L."}, {"name": "Ada L."}),
        ({"email": "New@Example.com"}, {"email": "new@example.com"}),
        ({"phone": "+44 9"}, {"phone": "+44 9"}),
        ({"phone": None}, {"phone": None}),
        ({"is_active": False}, {"is_active": False}),
        ({"isActive": False}, {"is_active": False}),
        ({}, {}),
    ],
    ids=str,
)
def test_L20_what_is_absent_stays(admin, customer, given, changed):
    (before,) = admin.get(CUSTOMERS).json
    answer = admin.put(f"{CUSTOMERS}/{customer.id}", json=given)
    told = answered(answer, 200, MESSAGE | OLD_CUSTOMER)
    assert told == {"message": "Updated", **before, **changed}


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", None), ("email", "x"), ("is_active", "no")]
)
def test_L20_a_bad_field_is_named(admin, customer, field, value):
    answer = admin.put(f"{CUSTOMERS}/{customer.id}", json={field: value})
    refused(answer, 400, "VALIDATION_ERROR", field=field)


def test_L20_a_deleted_customer_is_out_at_once_and_their_orders_stay(admin, client, customer):
    order = factories.order(customer_id=customer.id)
    answer = admin.delete(f"{CUSTOMERS}/{customer.id}")
    assert answered(answer, 200, MESSAGE) == {"message": "Customer deleted"}
    refused(client.get("/api/v1/auth/me", headers=customer.headers), 401, "INVALID_TOKEN")
    (told,) = admin.get(CUSTOMERS).json
    assert told["is_active"] is False
    assert admin.get(f"{ORDERS}/{order.id}").status_code == 200


def test_L20_an_unknown_customer_is_404(admin):
    for answer in (
        admin.put(f"{CUSTOMERS}/{NOBODYS}", json={"name": "X"}),
        admin.delete(f"{CUSTOMERS}/{NOBODYS}"),
    ):
        refused(answer, 404, "NOT_FOUND")


def test_L20_an_admin_is_no_customer(admin):
    with database.transaction(write=False) as session:
        (chief,) = session.execute(database.db.text("SELECT id FROM users WHERE role='admin'"))
    refused(admin.delete(f"{CUSTOMERS}/{chief.id}"), 404, "NOT_FOUND")
    assert admin.get(CUSTOMERS).json == []
