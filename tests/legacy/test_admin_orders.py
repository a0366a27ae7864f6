"""L21 and L22: orders as the admin's old pages manage them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.database import db
from app.models import Order, Track
from tests import factories
from tests.legacy.shapes import ORDER

PATH = "/admin/api/orders"


@pytest.fixture
def change(admin):
    """A change of a new order with this status, by an admin."""

    def send(body, status="created", **more):
        order_id = factories.order(status=status, **more).id
        return admin.put(f"{PATH}/{order_id}", json=body)

    return send


def stored(order_id: int) -> Order:
    db.session.expire_all()
    return db.session.get(Order, order_id)


@pytest.mark.parametrize("end", ["", "/"])
def test_the_admin_sees_every_order(admin, customer, end):
    ids = [
        factories.order(channel="legacy").id,
        factories.order(customer_id=customer.id).id,
        factories.order(channel="import", order_number="ORD-1").id,
    ]
    answer = admin.get(PATH + end)
    assert [one["id"] for one in answer.json] == ids[::-1]
    assert all(set(one) == ORDER for one in answer.json)
    for ref in ("ORD-1", "%23ord-1", ids[2]):
        one = admin.get(f"{PATH}/{ref}{end}")
        assert (one.status_code, one.json) == (200, answer.json[0])
    unknown = admin.get(f"{PATH}/nothing{end}")
    assert (unknown.status_code, unknown.json["error"]) == (404, "Order not found")


def test_the_list_turns_pages_on_request(admin):
    ids = [factories.order().id for _ in range(3)]
    first = admin.get(PATH, query_string={"limit": 2})
    rest = admin.get(first.headers["Link"].split(">")[0].strip("<"))
    assert [one["id"] for one in first.json + rest.json] == ids[::-1]


def test_the_admin_changes_contact_and_wishes_in_both_spellings(change):
    snake = {
        "name": "Bea",
        "email": "Bea@Example.com",
        "phone": "1",
        "pickup_date": "2026-11-20",
        "instructions": "x",
    }
    camel = {
        "customerName": "Bea",
        "customerEmail": "Bea@Example.com",
        "customerPhone": "1",
        "pickupDate": "2026-11-20",
        "specialInstructions": "x",
    }
    for body in (snake, camel):
        answer = change(body)
        assert answer.status_code == 200
        assert set(answer.json) == ORDER | {"message"}
        assert answer.json["message"] == "Updated"
        assert {key: answer.json[key] for key in snake} == snake
        assert {key: answer.json[key] for key in camel} == camel
        assert stored(answer.json["id"]).email_key == "bea@example.com"


def test_a_whole_order_sent_back_changes_nothing(admin, customer):
    order = factories.order(status="processing", customer_id=customer.id)
    path = f"{PATH}/{order.id}"
    whole = admin.get(path).json
    answer = admin.put(path, json=whole | {"total": 0, "total_cost": 0})
    assert answer.json == {"message": "Updated"} | whole
    assert stored(whole["id"]).version == 1


@pytest.mark.parametrize(
    ("present", "wanted"),
    [
        ("created", "picked_up"),
        ("created", "delivered"),
        ("picked_up", "completed"),
        ("created", "cancelled"),
        ("completed", "cancelled"),
        ("processing", "processing"),
        ("delivered", "delivered"),
        ("cancelled", "cancelled"),
    ],
)
def test_forward_or_unchanged_needs_no_reason(change, present, wanted):
    answer = change({"status": wanted}, present)
    assert (answer.status_code, answer.json["status"]) == (200, wanted)


@pytest.mark.parametrize(
    ("present", "wanted"),
    [
        ("completed", "created"),
        ("processing", "picked_up"),
        ("delivered", "completed"),
        ("delivered", "cancelled"),
        ("cancelled", "created"),
        ("cancelled", "delivered"),
    ],
)
def test_backward_needs_a_reason(change, present, wanted):
    for reason in ({}, {"reason": None}, {"reason": ""}, {"reason": " "}):
        refused = change({"status": wanted} | reason, present)
        assert refused.status_code == 409
        assert refused.json["error_code"] == "INVALID_TRANSITION"
        assert "reason" in refused.json["details"]
    answer = change({"status": wanted, "reason": "The wrong label was scanned."}, present)
    assert (answer.status_code, answer.json["status"]) == (200, wanted)
    (track,) = db.session.scalars(select(Track).where(Track.order_id == answer.json["id"]))
    assert (track.kind, track.note) == ("command", "The wrong label was scanned.")


def test_old_words_for_a_status_are_understood(change):
    assert change({"status": "Ready for Delivery"}).json["status"] == "completed"
    assert change({"status": "At Factory"}).json["status"] == "processing"


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": None},
        {"status": "lost"},
        {"status": 1},
        {"status": "scanned"},
        {"name": None},
        {"name": ""},
        {"email": "nobody"},
        {"phone": "1" * 33},
        {"pickup_date": "2026-02-30"},
        {"service_name": None},
        {"service_name": "Unknown"},
        {"reason": "x" * 256, "status": "cancelled"},
    ],
)
def test_a_wrong_field_changes_nothing(change, wrong):
    answer = change({"instructions": "new"} | wrong)
    assert answer.status_code == 400
    assert answer.json["error"]
    db.session.expire_all()
    order = db.session.scalars(select(Order)).one()
    assert (order.status, order.instructions, order.version) == ("created", None, 1)


def test_a_refused_status_takes_the_details_back_too(change):
    answer = change({"instructions": "new", "status": "created"}, "completed")
    assert answer.status_code == 409
    db.session.expire_all()
    assert db.session.scalars(select(Order)).one().instructions is None


def test_another_service_prices_anew_while_created(change):
    factories.service("Ironing", "6.00")
    answer = change({"service_name": "Ironing", "total": 99})
    assert (answer.json["service_name"], answer.json["total_cost"]) == ("Ironing", 6.0)
    camel = change({"serviceName": "ironing"})
    assert (camel.json["service_name"], camel.json["total_cost"]) == ("Ironing", 6.0)
    late = change({"service_name": "Ironing"}, "picked_up")
    assert (late.status_code, late.json["error_code"]) == (409, "INVALID_TRANSITION")
    moved = change({"service_name": "Ironing", "status": "picked_up"})
    assert (moved.json["service_name"], moved.json["status"]) == ("Ironing", "picked_up")


def test_a_stale_page_of_an_admin_overwrites_nothing(admin):
    order_id = factories.order().id
    path = f"{PATH}/{order_id}"
    assert admin.put(path, json={"name": "Bea"}, headers={"If-Match": '"1"'}).status_code == 200
    stale = admin.put(path, json={"name": "Eve"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert stored(order_id).name == "Bea"


@pytest.mark.parametrize("status", ["created", "processing", "delivered", "cancelled"])
def test_the_admin_deletes_an_order_and_its_rows_stay(admin, client, status):
    order = factories.order(status=status)
    order_id, path = order.id, f"{PATH}/{order.order_number}"
    answer = admin.delete(path, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json) == (200, {"message": "Order deleted"})
    for again in (admin.get(path), admin.delete(path), admin.put(path, json={})):
        assert (again.status_code, again.json["error"]) == (404, "Order not found")
    assert admin.get(PATH).json == []
    assert stored(order_id).status == "cancelled"


def test_only_the_session_opens_it(client, customer, device):
    path = f"{PATH}/{factories.order(customer_id=customer.id).id}"
    for headers, status in (({}, 401), (customer.headers, 403), (device.headers, 403)):
        for method, where in (("GET", PATH), ("GET", path), ("PUT", path), ("DELETE", path)):
            body = {"status": "delivered"}
            answer = client.open(where, method=method, json=body, headers=headers)
            assert answer.status_code == status
            if status == 401:
                assert answer.json["error"] == "Unauthorized"


def test_a_page_of_another_site_changes_nothing(admin):
    order_id = factories.order().id
    for method in ("PUT", "DELETE"):
        answer = admin.open(
            f"{PATH}/{order_id}",
            method=method,
            json={"status": "cancelled"},
            headers={"Origin": "https://evil.example"},
        )
        assert answer.status_code == 403
    assert stored(order_id).status == "created"
