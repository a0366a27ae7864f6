"""Orders as the admin's old pages ask for them (contract.md L21, L22)."""

from __future__ import annotations

import pytest

from app import database
from app.models import Order
from tests import factories
from tests.contract.shapes import (
    OLD_ORDER,
    answered,
    refused,
)

MESSAGE = {"message": str}
ORDERS = "/admin/api/orders"
NOBODYS = 424242


def test_L21_orders_of_every_channel_newest_first(admin):
    made = [factories.order(channel=channel) for channel in ("legacy", "v1", "import")]
    listed = answered(admin.get(ORDERS), 200, [OLD_ORDER])
    assert [one["id"] for one in listed] == [one.id for one in reversed(made)]


@pytest.mark.parametrize("by", ["order_number", "id"])
def test_L21_one_order(admin, by):
    order = factories.order()
    told = answered(admin.get(f"{ORDERS}/{getattr(order, by)}"), 200, OLD_ORDER)
    assert told["order_number"] == order.order_number


def test_L21_L22_an_unknown_order_is_404(admin):
    for method in ("GET", "PUT", "DELETE"):
        for ref in ("NOSUCH42", NOBODYS):
            answer = admin.open(f"{ORDERS}/{ref}", method=method, json={})
            refused(answer, 404, "ORDER_NOT_FOUND", "Order not found")


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({"pickup_date": "2026-12-24"}, {"pickup_date": "2026-12-24", "pickupDate": "2026-12-24"}),
        ({"pickupDate": "2026-12-24"}, {"pickup_date": "2026-12-24", "pickupDate": "2026-12-24"}),
        ({"instructions": "Soft"}, {"instructions": "Soft", "specialInstructions": "Soft"}),
        ({"specialInstructions": "Soft"}, {"instructions": "Soft", "specialInstructions": "Soft"}),
        ({"name": "Eve"}, {"name": "Eve", "customerName": "Eve"}),
        ({"customerName": "Eve"}, {"name": "Eve", "customerName": "Eve"}),
        ({"email": "e@x.org"}, {"email": "e@x.org", "customerEmail": "e@x.org"}),
        ({"customerEmail": "e@x.org"}, {"email": "e@x.org", "customerEmail": "e@x.org"}),
        ({"phone": "+44 9"}, {"phone": "+44 9", "customerPhone": "+44 9"}),
        ({"customerPhone": "+44 9"}, {"phone": "+44 9", "customerPhone": "+44 9"}),
        ({"status": "picked_up"}, {"status": "picked_up"}),
        ({"status": "In Transit to Factory"}, {"status": "picked_up"}),
        ({"status": "delivered"}, {"status": "delivered"}),
        ({"status": "cancelled"}, {"status": "cancelled"}),
        ({"total": 1, "total_cost": 1, "price": 1}, {}),
    ],
    ids=str,
)
def test_L22_an_admin_changes_an_order_in_either_spelling(admin, given, changed):
    order = factories.order()
    before = admin.get(f"{ORDERS}/{order.id}").json
    told = answered(admin.put(f"{ORDERS}/{order.id}", json=given), 200, MESSAGE | OLD_ORDER)
    assert {**told, "updated_at": 0} == {"message": "Updated", **before, **changed, "updated_at": 0}
    assert admin.get(f"{ORDERS}/{order.id}").json == {
        key: value for key, value in told.items() if key != "message"
    }


def test_L22_a_backward_status_needs_a_reason(admin):
    order = factories.order()
    path = f"{ORDERS}/{order.id}"
    for status in ("completed", "completed", "delivered"):
        assert admin.put(path, json={"status": status}).status_code == 200
    for status in ("processing", "created", "cancelled"):
        refused(admin.put(path, json={"status": status}), 409, "INVALID_TRANSITION", field="reason")
    body = {"status": "processing", "reason": "came back"}
    assert admin.put(path, json=body).json["status"] == "processing"


def test_L22_a_whole_order_may_be_sent_back(admin):
    order = factories.order()
    whole = admin.get(f"{ORDERS}/{order.id}").json
    told = answered(admin.put(f"{ORDERS}/{order.id}", json=whole), 200, MESSAGE | OLD_ORDER)
    assert told == {"message": "Updated", **whole}


def test_L22_another_service_reprices_while_created(admin):
    order = factories.order(factories.service("Wash", "10.00"))
    factories.service("Iron", "6.25")
    path = f"{ORDERS}/{order.id}"
    told = answered(admin.put(path, json={"service_name": "Iron"}), 200, MESSAGE | OLD_ORDER)
    assert (told["total"], told["service"]) == (6.25, ["Iron"])
    admin.put(path, json={"status": "picked_up"})
    refused(admin.put(path, json={"service_name": "Wash"}), 409, "INVALID_TRANSITION")
    assert admin.get(path).json["service_name"] == "Iron"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", None),
        ("status", "lost"),
        ("status", 7),
        ("pickup_date", "someday"),
        ("name", ""),
        ("name", None),
        ("email", "nobody"),
        ("phone", "1" * 33),
        ("service_name", None),
    ],
    ids=repr,
)
def test_L22_a_bad_field_is_named(admin, field, value):
    order = factories.order()
    answer = admin.put(f"{ORDERS}/{order.id}", json={field: value})
    refused(answer, 400, "VALIDATION_ERROR", field=field)


def test_L22_an_order_is_deleted_and_its_row_stays(admin):
    order = factories.order(status="processing")
    answer = admin.delete(f"{ORDERS}/{order.order_number}")
    assert answered(answer, 200, MESSAGE) == {"message": "Order deleted"}
    assert admin.get(ORDERS).json == []
    refused(admin.get(f"{ORDERS}/{order.id}"), 404, "ORDER_NOT_FOUND")
    with database.transaction(write=False) as session:
        row = session.get(Order, order.id, populate_existing=True)
        assert row.deleted_at is not None
