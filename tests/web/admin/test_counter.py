"""The page on which an order is placed at the counter."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from app.models import IdempotencyKey
from tests import factories, ledger
from tests.factories import Customer
from tests.holes.world import rows
from tests.scanning import (
    order_of,
)
from tests.web.admin.forms import alert_of, error_at, value_of
from tests.web.admin.order_pages import NEW


def counter_form(**more: Any) -> dict[str, Any]:
    service = factories.service()
    form = {
        "key": str(uuid.uuid4()),
        "name": "Ada",
        "phone": "555",
        "service_id": [str(service.id)],
    }
    return form | more


def test_an_order_at_the_counter_is_nobodys_unless_the_customer_was_chosen(
    admin: FlaskClient, customer: Customer
) -> None:
    form = counter_form(email=customer.email, piece_count="3", pickup_date="2026-12-24")
    address = admin.post(NEW, data=form).headers["Location"]
    number = address.partition("?")[0].rpartition("/")[2]
    made = ledger.events(action="ORDER_CREATED")[-1]
    order = order_of(made.resource_id)
    assert (order.order_number, order.customer_id, order.channel) == (number, None, "admin")
    assert (order.piece_count, order.pickup_date) == (3, "2026-12-24")
    assert made.actor_role == "admin"
    admin.post(NEW, data=counter_form(customer_id=str(customer.id)))
    chosen = order_of(ledger.events(action="ORDER_CREATED")[-1].resource_id)
    assert chosen.customer_id == customer.id


def test_pressing_twice_places_one_order(admin: FlaskClient) -> None:
    form = counter_form()
    addresses = {admin.post(NEW, data=form).headers["Location"] for _ in range(2)}
    assert len(addresses) == 1
    assert len(ledger.events(action="ORDER_CREATED")) == 1
    other = admin.post(NEW, data=form | {"name": "Bob"})
    assert other.status_code == 409
    assert "already" in alert_of(other)
    again = form | {"name": "Bob", "key": value_of(other, "key")}
    assert admin.post(NEW, data=again).status_code == 303
    assert len(ledger.events(action="ORDER_CREATED")) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"service_id": []}, "service_id"),
        ({"service_id": ["x"]}, "service_id"),
        ({"service_id": ["999999"]}, "service_id"),
        ({"piece_count": "0"}, "piece_count"),
        ({"piece_count": "256"}, "piece_count"),
        ({"pickup_date": "tomorrow"}, "pickup_date"),
        ({"email": "ada"}, "email"),
        ({"phone": "5" * 33}, "phone"),
        ({"instructions": "x" * 5001}, "instructions"),
    ],
)
def test_a_refused_order_is_shown_again_and_nothing_is_kept(
    admin: FlaskClient, wrong: dict[str, Any], field: str
) -> None:
    form = counter_form() | wrong
    before = rows()
    refused = admin.post(NEW, data=form)
    assert refused.status_code == 400
    assert error_at(refused, field)
    assert value_of(refused, "phone") == form["phone"]
    assert value_of(refused, "key") == form["key"]
    assert rows() == before
    assert not rows()[IdempotencyKey.__tablename__]


def test_a_customer_is_suggested_and_fills_the_form(app: Application, admin: FlaskClient) -> None:
    customer = factories.sign_up(app, "ada@example.com", name="Ada", phone="0170 555 1234")
    guest = factories.order(name="Grace", phone="030 123456", email=None)
    assert f"?customer={customer.id}" in admin.get(f"{NEW}/people?q=5551234").text
    assert f"?like={guest.order_number}" in admin.get(f"{NEW}/people?q=grace").text
    filled = admin.get(f"{NEW}?customer={customer.id}")
    assert value_of(filled, "phone") == "0170 555 1234"
    assert value_of(filled, "customer_id") == str(customer.id)
    alone = admin.get(f"{NEW}?q=grace")
    assert value_of(alone, "name") == "Grace"
    assert 'name="customer_id"' not in alone.text
    assert admin.get(f"{NEW}?like=NOSUCH").status_code == 200
    assert admin.get(f"{NEW}?customer=999999").status_code == 404
