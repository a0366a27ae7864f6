"""V14, V15 and rotate-label: what its customer may change, and until when."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.database import db
from app.models import Order, OrderAlias, Track
from tests import factories

PATH = "/api/v1/orders"


@pytest.fixture
def path(customer):
    return f"{PATH}/{factories.order(customer_id=customer.id).order_number}"


@pytest.fixture
def change(client, customer, path):
    """A change of the order by its customer."""

    def send(body, method="PUT", **headers):
        return client.open(
            path,
            method=method,
            json=body,
            headers=customer.headers
            | {name.replace("_", "-"): text for name, text in headers.items()},
        )

    return send


@pytest.fixture
def stored(path):
    """The order as the database holds it."""

    def load() -> Order:
        db.session.expire_all()
        number = path.rpartition("/")[2]
        return db.session.scalars(select(Order).where(Order.order_number == number)).one()

    return load


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_its_customer_changes_pickup_and_instructions(change, method):
    answer = change({"pickup_date": "2026-11-20", "instructions": "Ring twice"}, method)
    assert answer.status_code == 200
    assert answer.json["pickup_date"] == "2026-11-20"
    assert answer.json["version"] == 2
    assert answer.headers["ETag"] == '"2"'
    kept = change({"instructions": None}, method).json
    assert (kept["pickup_date"], kept["instructions"]) == ("2026-11-20", None)


def test_what_is_as_it_was_is_no_change(change):
    change({"pickup_date": "2026-11-20"})
    for body in ({}, {"pickup_date": "2026-11-20"}):
        assert change(body).headers["ETag"] == '"2"'


def test_prices_contacts_and_services_are_not_a_customers_to_change(change, stored):
    other = factories.service(price="0.01")
    before = stored().total_cost
    body = {
        "total": 0,
        "total_cost": 0,
        "service_id": other.id,
        "service_name": other.name,
        "email": "eve@example.com",
        "customer_id": 0,
    }
    assert change(body).status_code == 200
    order = stored()
    assert (order.total_cost, order.email, order.version) == (before, "ada@example.com", 1)
    assert order.service_id != other.id


@pytest.mark.parametrize(
    "status", ["delivered", "created", "completed", "lost", None, "Cancelled", 1]
)
def test_the_only_status_a_customer_sets_is_cancelled(change, stored, status):
    answer = change({"status": status})
    assert answer.status_code == 400
    assert "status" in answer.json["details"]
    assert stored().status == "created"


@pytest.mark.parametrize("status", ["created", "picked_up"])
def test_its_customer_cancels_until_processing_has_begun(client, customer, status):
    order = factories.order(customer_id=customer.id, status=status)
    answer = client.put(
        f"{PATH}/{order.id}", json={"status": "cancelled"}, headers=customer.headers
    )
    assert answer.status_code == 200
    assert answer.json["status"] == "cancelled"
    (track,) = db.session.scalars(select(Track).where(Track.order_id == answer.json["id"]))
    assert (track.kind, track.action, track.user_id) == ("command", "cancelled", customer.id)
    again = client.put(f"{PATH}/{order.id}", json={"status": "cancelled"}, headers=customer.headers)
    assert (again.status_code, again.json["version"]) == (200, answer.json["version"])


@pytest.mark.parametrize("status", ["processing", "completed", "delivered"])
def test_it_is_too_late_to_cancel_once_processing_has_begun(client, customer, status):
    order_id = factories.order(customer_id=customer.id, status=status).id
    for _ in range(2):
        answer = client.put(
            f"{PATH}/{order_id}", json={"status": "cancelled"}, headers=customer.headers
        )
        assert answer.status_code == 409
        assert answer.json["error_code"] == "INVALID_TRANSITION"
    db.session.expire_all()
    assert db.session.get(Order, order_id).status == status
    assert db.session.get(Order, order_id).version == 1


@pytest.mark.parametrize("status", ["cancelled", "delivered"])
def test_an_order_that_is_over_stays_as_it_is(client, customer, status):
    order_id = factories.order(customer_id=customer.id, status=status).id
    answer = client.put(
        f"{PATH}/{order_id}", json={"pickup_date": "2026-11-20"}, headers=customer.headers
    )
    assert answer.status_code == 409
    db.session.expire_all()
    assert db.session.get(Order, order_id).pickup_date is None


def test_if_match_is_honoured_and_not_demanded(change):
    assert change({"instructions": "a"}, If_Match='"1"').status_code == 200
    for stale in ('"1"', '"9"', 'W/"1"', '"x"', "junk"):
        for body in ({"instructions": "b"}, {"status": "cancelled"}, {}):
            answer = change(body, If_Match=stale)
            assert answer.status_code == 412, (stale, body)
            assert answer.json["error_code"] == "PRECONDITION_FAILED"
    for fresh in ('"2"', 'W/"2"', "*"):
        assert change({}, If_Match=fresh).status_code == 200
    assert change({"instructions": "c", "status": "cancelled"}, If_Match='"2"').status_code == 200


@pytest.mark.parametrize(
    "body", [{"pickup_date": "soon"}, {"instructions": 1}, {"pickup_date": {}}]
)
def test_a_wrong_field_is_named(change, body):
    answer = change(body)
    assert answer.status_code == 400
    assert next(iter(body)) in answer.json["details"]


def test_nobody_else_changes_or_deletes_it(app, client, admin, device, path, stored):
    eve = factories.sign_up(app, "eve@example.com")
    for method in ("PUT", "PATCH", "DELETE"):
        body = {"status": "cancelled"}
        assert client.open(path, method=method, json=body).status_code == 401
        refused = client.open(path, method=method, json=body, headers=eve.headers)
        assert (refused.status_code, refused.json["error_code"]) == (404, "ORDER_NOT_FOUND")
        scanned = client.open(path, method=method, json=body, headers=device.headers)
        assert (scanned.status_code, scanned.json["error_code"]) == (403, "PERMISSION_DENIED")
        assert admin.open(path, method=method, json=body).status_code == 401
    assert (stored().status, stored().version) == ("created", 1)


def test_a_deleted_order_is_hidden_and_its_rows_stay(client, customer, path, stored):
    headers = customer.headers | {"Content-Type": "application/json"}
    answer = client.delete(path, headers=headers)
    assert (answer.status_code, answer.json) == (200, {"message": "Deleted"})
    assert client.get(path, headers=customer.headers).status_code == 404
    assert client.get(PATH, headers=customer.headers).json == []
    assert client.get(f"/qr/{path.rpartition('/')[2]}.png").status_code == 404
    assert client.delete(path, headers=headers).status_code == 404
    assert client.put(path, json={}, headers=customer.headers).status_code == 404
    order = stored()
    assert (order.status, order.deleted_at is None) == ("cancelled", False)


@pytest.mark.parametrize(
    "status", ["picked_up", "processing", "completed", "delivered", "cancelled"]
)
def test_an_order_in_hand_is_not_deleted(client, customer, status):
    order_id = factories.order(customer_id=customer.id, status=status).id
    answer = client.delete(f"{PATH}/{order_id}", headers=customer.headers)
    assert answer.status_code == 409
    assert client.get(f"{PATH}/{order_id}", headers=customer.headers).json["status"] == status


def test_an_admin_gives_an_order_a_new_label(admin, client, customer, path, stored):
    old = stored().label_code
    answer = admin.post(f"{path}/rotate-label")
    assert answer.status_code == 200
    assert answer.json["label_code"] != old
    assert answer.json["version"] == 2
    alias = db.session.get(OrderAlias, old)
    assert (alias.order_id, alias.kind) == (answer.json["id"], "label")
    assert admin.post(f"{path}/rotate-label", headers={"If-Match": '"1"'}).status_code == 412
    assert client.post(f"{path}/rotate-label").status_code == 401
    assert client.post(f"{path}/rotate-label", headers=customer.headers).status_code == 403
    assert admin.post(f"{PATH}/nothing/rotate-label").status_code == 404


def test_a_page_of_another_site_rotates_no_label(admin, path):
    foreign = {"Origin": "https://evil.example"}
    assert admin.post(f"{path}/rotate-label", headers=foreign).status_code == 403
