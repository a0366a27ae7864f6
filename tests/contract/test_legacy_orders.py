"""Orders listed, changed and deleted at the old URLs (contract.md L3 to L5)."""

from __future__ import annotations

from typing import Any

import pytest

from app import database
from app.models import Order
from tests import factories
from tests.contract.shapes import OLD_ORDER, ORDER_CREATED, answered, refused

CONTACT = {"name": "Ada", "email": "Ada@Example.com", "phone": "+44 1"}
WISHES = {"pickup_date": "2026-12-24", "instructions": "No starch 🧺"}
CAMEL = {
    "name": "customerName",
    "email": "customerEmail",
    "phone": "customerPhone",
    "pickup_date": "pickupDate",
    "instructions": "specialInstructions",
}


def spelled(body: dict[str, Any], spelling: str) -> dict[str, Any]:
    if spelling == "snake_case":
        return body
    return {CAMEL.get(key, key): value for key, value in body.items()}


def place(client, *, headers=None, **changes: Any) -> dict[str, Any]:
    body = {**CONTACT, "service_name": "Wash", **changes}
    return answered(client.post("/api/orders", json=body, headers=headers), 201, ORDER_CREATED)


@pytest.fixture(autouse=True)
def wash(app):
    return factories.service("Wash", "12.50", duration_minutes=1440, category="Laundry")


def test_L3_orders_of_an_email_newest_first(client):
    first, second = place(client), place(client)
    place(client, email="else@example.com")
    listed = answered(client.get("/api/orders?email=ADA@example.com"), 200, [OLD_ORDER])
    assert [one["order_number"] for one in listed] == [
        second["order_number"],
        first["order_number"],
    ]
    assert listed[1] == {key: first[key] for key in OLD_ORDER}


@pytest.mark.parametrize("email", ["unknown@example.com", "no address", "@", "%00"])
def test_L3_an_unknown_email_has_no_orders(client, email):
    assert answered(client.get(f"/api/orders?email={email}"), 200, [OLD_ORDER]) == []


@pytest.mark.parametrize("query", ["", "?email=", "?email=%20", "?mail=a@b.c"])
def test_L3_the_email_is_required_without_a_token(client, query):
    answer = client.get(f"/api/orders{query}", headers={"Content-Type": "application/json"})
    refused(answer, 400, "VALIDATION_ERROR", "Email query param is required")


def test_L3_by_email_alone_only_orders_placed_without_an_account_are_seen(client):
    placed = place(client)
    for channel in ("v1", "admin", "import"):
        factories.order(email="ada@example.com", channel=channel)
    listed = client.get("/api/orders?email=ada@example.com").json
    assert [one["order_number"] for one in listed] == [placed["order_number"]]


def test_L3_with_a_token_ones_own_whatever_the_email_says(client, customer, stranger):
    place(client, headers=stranger.headers, email=customer.email)
    own = place(client, headers=customer.headers)
    modern = factories.order(customer_id=customer.id)
    for query in ("", "?email=mallory@example.com"):
        listed = answered(
            client.get(f"/api/orders{query}", headers=customer.headers), 200, [OLD_ORDER]
        )
        assert [one["order_number"] for one in listed] == [
            modern.order_number,
            own["order_number"],
        ]


def test_L3_a_bad_token_is_401_even_with_an_email(client):
    headers = {"Authorization": "Bearer nonsense"}
    refused(client.get("/api/orders?email=a@b.c", headers=headers), 401, "INVALID_TOKEN")


@pytest.mark.parametrize("spelling", ["snake_case", "camelCase"])
def test_L4_a_customer_changes_wishes_in_either_spelling(client, customer, spelling):
    made = place(client, headers=customer.headers)
    body = spelled({"pickup_date": "2026-12-25", "instructions": "Soft"}, spelling)
    answer = client.put(f"/api/orders/{made['order_number']}", json=body, headers=customer.headers)
    told = answered(answer, 200, {"message": str, "order": OLD_ORDER})
    assert told["message"] == "Updated"
    assert told["order"]["pickup_date"] == told["order"]["pickupDate"] == "2026-12-25"
    assert told["order"]["instructions"] == told["order"]["specialInstructions"] == "Soft"


def test_L4_what_is_absent_stays_and_neither_price_nor_status_is_taken(client, customer):
    made = place(client, headers=customer.headers, **WISHES)
    body = {"instructions": "Soft", "total": 1, "total_cost": 1, "status": "delivered", "name": "X"}
    answer = client.put(f"/api/orders/{made['order_number']}", json=body, headers=customer.headers)
    changed = answered(answer, 200, {"message": str, "order": OLD_ORDER})["order"]
    same = {key: value for key, value in made.items() if key in OLD_ORDER}
    touched = {"instructions", "specialInstructions", "updated_at"}
    assert {key for key in same if changed[key] != same[key]} == touched


def test_L4_another_service_reprices(client, customer):
    factories.service("Iron", "6.25")
    made = place(client, headers=customer.headers)
    path = f"/api/orders/{made['order_number']}"
    answer = client.put(path, json={"service_name": "Wash, Iron"}, headers=customer.headers)
    order = answered(answer, 200, {"message": str, "order": OLD_ORDER})["order"]
    assert (order["total"], order["service"]) == (18.75, ["Wash", "Iron"])


def test_L4_a_null_clears_a_wish(client, customer):
    made = place(client, headers=customer.headers, **WISHES)
    path = f"/api/orders/{made['order_number']}"
    body = {"pickup_date": None, "instructions": None}
    order = client.put(path, json=body, headers=customer.headers).json["order"]
    assert (order["pickup_date"], order["instructions"]) == (None, None)


@pytest.mark.parametrize("ref", ["{order_number}", "%23{order_number}", "{id}", "{lower}"])
def test_L4_an_order_is_reached_by_number_or_id(client, customer, ref):
    made = place(client, headers=customer.headers)
    path = "/api/orders/" + ref.format(**made, lower=made["order_number"].lower())
    answer = client.put(path, json={"instructions": "Soft"}, headers=customer.headers)
    assert answered(answer, 200, {"message": str, "order": OLD_ORDER})["order"]["id"] == made["id"]


def test_L4_without_a_token_it_is_401(client):
    made = place(client)
    answer = client.put(f"/api/orders/{made['order_number']}", json={"instructions": "x"})
    refused(answer, 401, "UNAUTHORIZED", "Unauthorized")


def test_L4_anothers_order_is_403_and_stays(client, customer, stranger):
    for made in (place(client, headers=customer.headers), place(client)):
        path = f"/api/orders/{made['order_number']}"
        answer = client.put(path, json={"instructions": "x"}, headers=stranger.headers)
        refused(answer, 403, "PERMISSION_DENIED", "Unauthorized")
    assert client.get("/api/orders", headers=customer.headers).json[0]["instructions"] is None


def test_L4_an_unknown_order_is_404(client, customer):
    for ref in ("NOSUCH42", "424242", "9" * 40):
        answer = client.put(f"/api/orders/{ref}", json={}, headers=customer.headers)
        refused(answer, 404, "ORDER_NOT_FOUND", "Order not found")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"pickup_date": "someday"}, None),
        ({"pickupDate": 7}, None),
        ({"instructions": ["x"]}, None),
        ({"service_name": "Nothing"}, "Invalid service"),
        ({"service_name": None}, None),
    ],
    ids=str,
)
def test_L4_a_bad_field_is_400(client, customer, body, message):
    made = place(client, headers=customer.headers)
    path = f"/api/orders/{made['order_number']}"
    answer = client.put(path, json=body, headers=customer.headers)
    refused(answer, 400, "VALIDATION_ERROR", message)


def test_L4_malformed_json_is_400(client, customer):
    headers = {**customer.headers, "Content-Type": "application/json"}
    refused(client.put("/api/orders/1", data="{", headers=headers), 400, "INVALID_INPUT")


def delete(client, made: dict[str, Any], email: str = "ADA@example.com"):
    path = f"/api/orders/{made['order_number']}?email={email}"
    return client.delete(path, headers={"Content-Type": "application/json"})


def test_L5_an_order_is_deleted_by_its_email(client):
    made = place(client)
    assert answered(delete(client, made), 200, {"message": str}) == {"message": "Deleted"}
    assert client.get("/api/orders?email=ada@example.com").json == []
    refused(delete(client, made), 404, "ORDER_NOT_FOUND", "Order not found")


def test_L5_a_deleted_orders_rows_stay_and_a_later_scan_is_flagged(client, device):
    made = place(client)
    delete(client, made)
    with database.transaction(write=False) as session:
        order = session.get(Order, made["id"])
        assert (order.status, order.deleted_at is None) == ("cancelled", False)
    body = {"order_number": made["order_number"], "action": "picked_up"}
    scanned = client.post("/api/v1/workers/scan", json=body, headers=device.headers)
    assert scanned.status_code == 201
    assert (scanned.json["result"], scanned.json["reason"]) == ("flagged", "order_cancelled")
    assert scanned.json["order"]["status"] == "cancelled"


def test_L5_the_email_is_required(client):
    made = place(client)
    answer = client.delete(f"/api/orders/{made['order_number']}")
    refused(answer, 400, "VALIDATION_ERROR", "Email query param is required")


@pytest.mark.parametrize("email", ["eve@example.com", "nonsense"])
def test_L5_another_email_is_401(client, email):
    made = place(client)
    answer = delete(client, made, email)
    refused(answer, 401, "UNAUTHORIZED", "Unauthorized (email mismatch)")
    assert len(client.get("/api/orders?email=ada@example.com").json) == 1


def test_L5_only_orders_placed_without_an_account_are_reached(client):
    for channel in ("v1", "admin", "import"):
        order = factories.order(email="ada@example.com", channel=channel)
        answer = delete(client, {"order_number": order.order_number})
        refused(answer, 404, "ORDER_NOT_FOUND", "Order not found")


def test_L5_an_unknown_order_is_404(client):
    refused(delete(client, {"order_number": "NOSUCH42"}), 404, "ORDER_NOT_FOUND", "Order not found")


def test_L5_an_order_in_hand_is_409(client, device):
    made = place(client)
    body = {"order_number": made["order_number"], "action": "picked_up"}
    client.post("/api/v1/workers/scan", json=body, headers=device.headers)
    refused(delete(client, made), 409, "INVALID_TRANSITION")
    assert len(client.get("/api/orders?email=ada@example.com").json) == 1


def test_L5_an_unverified_scan_does_not_hold_an_order(client):
    made = place(client)
    worker = factories.worker()
    body = {"workerId": worker.id, "order_number": made["order_number"], "action": "picked_up"}
    assert client.post("/worker/scan", json=body).status_code == 200
    assert delete(client, made).status_code == 200
