"""Closing one's account: the person goes, what happened stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import database
from app.http.application import Application
from app.models import (
    Favorite,
    Notification,
    Order,
    RecoveryCode,
    Review,
    SecondFactor,
    User,
    Worker,
)
from app.support import clock
from tests import booking, factories, ledger, mails
from tests.factories import PASSWORD, Customer
from tests.holes.world import rows, stored
from tests.operations.audit.shop import found, verify
from tests.posting import send_once

CLOSE = "/api/v1/customers/close"
ORDERS = "/api/v1/orders"


def close(client: FlaskClient, who: Customer, password: str = PASSWORD) -> Any:
    return client.post(CLOSE, json={"password": password}, headers=who.headers)


def count(model: Any, **wanted: Any) -> int:
    with database.transaction(write=False) as session:
        return session.scalar(select(func.count()).select_from(model).filter_by(**wanted)) or 0


def test_the_person_goes_and_what_happened_stays(
    app: Application, client: FlaskClient, admin: FlaskClient
) -> None:
    ada = factories.sign_up(app, "ada@example.com", name="Ada Lovelace", phone="+441234567")
    service = factories.service("Wash")
    placed = client.post(
        ORDERS,
        json={"service_id": service.id, "instructions": "Ring twice"},
        headers={**ada.headers, "Idempotency-Key": "of-ada"},
    ).json
    cancelled = client.put(
        f"{ORDERS}/{placed['order_number']}", json={"status": "cancelled"}, headers=ada.headers
    )
    assert cancelled.status_code == 200, cancelled.text
    browser = app.test_client()
    browser.set_cookie("session", factories.page_cookie(ada.id))
    code = mails.code(ada.id)
    assert close(client, ada).status_code == 200
    user = stored(User, ada.id)
    assert (user.name, user.email, user.phone, user.username) == (
        "Closed account",
        None,
        None,
        None,
    )
    assert (user.password_hash, user.is_active, user.verified_at) == (None, False, None)
    assert user.closed_at is not None
    order = stored(Order, placed["id"])
    assert (order.status, order.total_cost, order.customer_id) == (
        "cancelled",
        service.price,
        ada.id,
    )
    assert (order.name, order.email, order.email_key) == ("Closed account", None, None)
    assert (order.phone, order.instructions) == (None, None)
    for person in ("Lovelace", "ada@example.com", "1234567", "Ring twice"):
        held = [
            (table, row)
            for table, kept in rows().items()
            for row in kept
            if table != "audit_events"
            and any(person.lower() in str(value).lower() for value in row)
        ]
        assert held == [], person
    record = ledger.event(action="ACCOUNT_CLOSED")
    assert (record.user_id, ledger.data_of(record)["orders"]) == (ada.id, 1)
    assert client.get("/api/v1/auth/me", headers=ada.headers).status_code == 401
    assert browser.get("/my").status_code == 302
    login = {"email": "ada@example.com", "password": PASSWORD}
    assert client.post("/api/v1/auth/login", json=login).status_code == 401
    link = client.post("/api/v1/auth/verify-email/link", json={"token": code.token})
    assert link.status_code == 400
    shown = admin.get(f"{ORDERS}/{placed['order_number']}")
    assert (shown.status_code, shown.json["name"]) == (200, "Closed account")
    factories.sign_up(app, "ada@example.com")  # the address is free
    with database.transaction(write=False) as session:
        chief = session.scalars(select(User.id).where(User.role == "admin")).one()
    untold = {(table, row_id) for _, table, row_id in found(verify(with_state=True))}
    assert untold == {("services", service.id), ("users", chief)}  # the stage's, never recorded


def test_the_wrong_password_closes_nothing(client: FlaskClient, customer: Customer) -> None:
    answer = close(client, customer, "not mine at all")
    assert (answer.status_code, answer.json["error_code"]) == (400, "WRONG_PASSWORD")
    assert stored(User, customer.id).closed_at is None


@pytest.mark.parametrize("status", ["created", "picked_up", "processing", "completed"])
def test_an_order_in_hand_is_ended_first(
    client: FlaskClient, customer: Customer, status: str
) -> None:
    order = factories.order(customer_id=customer.id, status=status)
    factories.order(customer_id=customer.id, status="delivered")
    before = stored(User, customer.id).updated_at
    answer = close(client, customer)
    assert (answer.status_code, answer.json["error_code"]) == (409, "CONFLICT")
    assert answer.json["details"] == {"orders": [order.order_number]}
    assert stored(User, customer.id).updated_at == before


def test_an_appointment_to_come_is_cancelled_first(client: FlaskClient, customer: Customer) -> None:
    shop = booking.shop()
    begins = clock.now() + timedelta(days=2)
    visit = factories.visit(
        shop,
        customer.id,
        status="confirmed",
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
    )
    factories.visit(shop, customer.id, status="confirmed")  # yesterday's, never settled
    answer = close(client, customer)
    assert answer.status_code == 409
    assert answer.json["details"] == {"appointments": [visit.order_number]}
    assert "cancel the appointments" in answer.json["message"]


def test_a_business_is_closed_first(app: Application, client: FlaskClient) -> None:
    owner = factories.sign_up(app, "olga@example.com")
    shop = booking.shop(owner_id=owner.id)
    booking.shop(owner_id=owner.id, deleted_at=clock.now())
    answer = close(client, owner)
    assert (answer.status_code, answer.json["details"]) == (409, {"businesses": [shop.slug]})


def test_a_business_keeps_its_worker_its_reviews_and_no_manager(
    app: Application, client: FlaskClient, customer: Customer
) -> None:
    shop = booking.shop()
    worker = booking.add_worker(shop, user_id=customer.id, is_manager=True, name="Ada at work")
    visit = factories.visit(shop, customer.id)
    at = clock.now()
    review = Review(
        user_id=customer.id,
        business_id=shop.business.id,
        order_id=visit.id,
        rating=4,
        comment="Good",
        created_at=at,
        updated_at=at,
    )
    booking.add(review, Favorite(user_id=customer.id, business_id=shop.business.id, created_at=at))
    factories.second_factor(customer.id)
    assert close(client, customer).status_code == 200
    kept = stored(Worker, worker.id)
    assert (kept.user_id, kept.is_manager, kept.is_active) == (None, False, True)
    assert kept.name == "Ada at work"
    [said] = client.get(f"/api/v1/businesses/{shop.slug}/reviews").json
    assert (said["author"], said["comment"]) == ("Customer", "Good")
    for model in (Favorite, SecondFactor, RecoveryCode):
        assert count(model, user_id=customer.id) == 0


def test_an_admin_does_not_leave_by_this_door(app: Application, client: FlaskClient) -> None:
    factories.user(app, "chief@example.com", role="admin")
    login = {"email": "chief@example.com", "password": PASSWORD}
    token = client.post("/api/v1/auth/login", json=login).json["token"]
    answer = client.post(
        CLOSE, json={"password": PASSWORD}, headers={"Authorization": f"Bearer {token}"}
    )
    assert (answer.status_code, answer.json["error_code"]) == (403, "PERMISSION_DENIED")


def test_no_admin_opens_a_closed_account_again(
    app: Application, client: FlaskClient, admin: FlaskClient
) -> None:
    ada = factories.sign_up(app, "ada@example.com")
    assert close(client, ada).status_code == 200
    path = f"/admin/api/customers/{ada.id}"
    for change in ({"is_active": True}, {"email": "eve@example.com"}, {"name": "Eve"}):
        assert admin.put(path, json=change).status_code == 409
    assert admin.delete(path).status_code == 200, "it is what it was"
    user = stored(User, ada.id)
    assert (user.name, user.email, user.is_active) == ("Closed account", None, False)


def test_what_lay_in_the_inbox_goes_with_its_person(
    client: FlaskClient, customer: Customer, environment: dict[str, str]
) -> None:
    service = factories.service("Wash")
    placed = client.post(ORDERS, json={"service_id": service.id}, headers=customer.headers).json
    send_once(environment)
    assert count(Notification, user_id=customer.id) == 1
    number = placed["order_number"]
    client.put(f"{ORDERS}/{number}", json={"status": "cancelled"}, headers=customer.headers)
    assert close(client, customer).status_code == 200
    send_once(environment)
    assert count(Notification, user_id=customer.id) == 0
