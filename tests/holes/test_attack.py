"""What a hostile reader of the source found: one test for each hole, by the way it was reached."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection

from app.database import db
from app.http.application import Application
from app.models import OrderAlias
from app.support import clock
from app.support.tokens import derived_event_id
from tests import factories, scanning
from tests.factories import Customer, DeviceHandle
from tests.faults.undoing import another_connection, is_sqlite, kill, listening
from tests.rows import writing
from tests.scanning import SCAN, SCANS, aged_order, assert_truthful, long_form, order_of, tracks

OLD_SCAN = "/worker/scan"
SET_PASSWORD = "/set-password"


@pytest.mark.parametrize("depth", [*range(28, 36), *range(900, 1000, 3)])
def test_hole_no_depth_of_nesting_is_an_error_of_ours(
    client: FlaskClient, device: DeviceHandle, depth: int
) -> None:
    """What could just be read could not be written again for its digest, and spoilt its batch."""
    scans = [scanning.event("NONE", pieces={"n": 1, "x": "deep"}), scanning.event("NONE")]
    body = json.dumps(scanning.batch(*scans)).replace('"deep"', "[" * depth + "]" * depth)
    answer = client.post(SCANS, data=body, headers=device.headers, content_type="application/json")
    is_shallow = depth + len(["body", "events", "event", "pieces"]) <= 32
    assert answer.status_code == (200 if is_shallow else 400), answer.text
    assert len(tracks()) == (2 if is_shallow else 0)


@pytest.mark.parametrize("kind", ["label.pdf", "label.zpl"])
def test_hole_an_order_of_many_pieces_prints_no_more_labels_than_any(
    client: FlaskClient, customer: Customer, kind: str
) -> None:
    """Copies were counted against the pieces of the query, and not of the order."""
    order = factories.order(customer_id=customer.id, piece_count=128)
    path = f"/api/v1/orders/{order.order_number}/{kind}"
    refused = client.get(f"{path}?copies=2", headers=customer.headers)
    assert (refused.status_code, list(refused.json["details"])) == (400, ["copies"])
    assert client.get(f"{path}?pieces=127&copies=2", headers=customer.headers).status_code == 200
    assert client.get(f"{path}?pieces=128&copies=2", headers=customer.headers).status_code == 400


@pytest.mark.parametrize("name", ["Özge Şahin", "özge şahin", " ÖZGE ŞAHIN "])
def test_hole_a_worker_is_known_by_name_in_any_alphabet(client: FlaskClient, name: str) -> None:
    """SQLite's lower() leaves Ö as it is: such a worker's scans were rejected as unknown."""
    worker = factories.worker("Özge Şahin", email="ozge@example.com")
    said = {"workerName": name, "workerEmail": "ozge@example.com", "orderStatus": "Pending"}
    answer = client.post("/api/tracks", json={**said, "orderData": factories.order().order_number})
    assert answer.json["track"]["worker_id"] == worker.id


def test_hole_another_name_that_only_looks_alike_is_another_worker(client: FlaskClient) -> None:
    factories.worker("Özge", email="ozge@example.com")
    said = {"workerName": "Ozge", "workerEmail": "ozge@example.com", "orderStatus": "Pending"}
    answer = client.post("/api/tracks", json={**said, "orderData": factories.order().order_number})
    assert (answer.json["track"]["worker_id"], answer.json["track"]["reason"]) == (
        None,
        "worker_unknown",
    )


def test_hole_a_link_that_was_refused_is_not_used_up(
    client: FlaskClient, admin: FlaskClient
) -> None:
    """The page shows its refusal as an answer, which commits what was written before it."""
    made = admin.post("/admin/api/customers", json={"name": "Bob", "email": "bob@example.com"}).json
    form = {"token": made["set_password_url"].partition("#")[2], "password": "a new and long one"}
    path = f"/admin/api/customers/{made['id']}"
    admin.delete(path)
    assert client.post(SET_PASSWORD, data=form).status_code == 401
    admin.put(path, json={"is_active": True})
    assert client.post(SET_PASSWORD, data=form).status_code == 200


def test_hole_a_void_is_not_announced_as_the_scan_that_it_takes_back(
    client: FlaskClient, device: DeviceHandle
) -> None:
    order = aged_order()
    scan = long_form(order.order_number, "picked_up")
    client.post(SCAN, json=scan, headers=device.headers)
    body = {"event_id": str(uuid.uuid4()), "reason": "did_not_occur"}
    answer = client.post(f"{SCANS}/{scan['event_id']}/void", json=body, headers=device.headers)
    assert answer.json["order"]["status"] == "created"
    assert answer.json["message"] == f"{order.order_number}: taken back"


def test_hole_nobody_takes_the_key_of_an_old_devices_scan_before_it_comes(
    app: Application, client: FlaskClient, device: DeviceHandle
) -> None:
    """The key was a hash of what everybody knows: whoever sent it first made the scan a 500."""
    order, worker = aged_order(), factories.worker()
    said = [str(worker.id), None, None, order.order_number, None, "picked_up", None, None]
    digest = hashlib.sha256(json.dumps(said).encode()).hexdigest()
    half_minute = int(clock.now().timestamp() // 30)
    for number in range(half_minute - 1, half_minute + 3):
        key = derived_event_id("unkeyed", "1", digest, str(number))
        client.post(SCAN, json=long_form("NONE") | {"event_id": key}, headers=device.headers)
    body = {"order_number": order.order_number, "action": "picked_up", "worker_id": worker.id}
    assert client.post(OLD_SCAN, json=body).status_code == 200
    assert len(tracks(order_id=order.id)) == 1


@pytest.mark.parametrize("label", ["{'orderId': '12345678'}", '{"order_id": 12345678}'])
def test_hole_an_imported_number_without_a_letter_is_read_from_an_object(
    client: FlaskClient, device: DeviceHandle, label: str
) -> None:
    """Two in a hundred of the old servers' numbers of 8 hexadecimal digits have no letter."""
    order = aged_order(order_number="12345678", channel="import")
    answer = client.post(SCAN, json=long_form(label), headers=device.headers)
    assert answer.json["order"]["order_number"] == order.order_number


def test_hole_an_order_of_that_id_is_not_meant_where_one_of_that_number_is(
    client: FlaskClient, device: DeviceHandle
) -> None:
    other = aged_order()
    named = aged_order(order_number=str(other.id), channel="import")
    label = json.dumps({"order_id": other.id})
    client.post(SCAN, json=long_form(label), headers=device.headers)
    assert [len(tracks(order_id=one.id)) for one in (other, named)] == [0, 1]


def test_hole_a_number_goes_before_another_orders_alias(
    client: FlaskClient, device: DeviceHandle, admin: FlaskClient
) -> None:
    """A path and a scan of the same text meant two different orders."""
    order, other = aged_order(order_number="K7WQ2RNT"), aged_order()
    with writing() as session:
        session.add(OrderAlias(alias="K7WQ2RNT", order_id=other.id, kind="import"))
    client.post(SCAN, json=long_form("K7WQ2RNT"), headers=device.headers)
    assert [len(tracks(order_id=one.id)) for one in (order, other)] == [1, 0]
    assert admin.get("/admin/api/orders/K7WQ2RNT").json["id"] == order.id


def test_hole_a_service_that_goes_while_it_is_ordered_is_not_on_offer(
    app: Application, client: FlaskClient, customer: Customer
) -> None:
    """Only where readers do not hold writers up: the foreign key's refusal was a 500."""
    if is_sqlite(db.engine):
        pytest.skip("SQLite has one writer")
    service_id = factories.service().id

    def take_away(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO orders"):
            with another_connection(db.engine) as rival, rival.cursor() as cursor:
                cursor.execute(f"DELETE FROM services WHERE id = {service_id:d}")

    body = {"service_id": service_id}
    with listening(db.engine, "before_cursor_execute", take_away):
        answer = client.post("/api/v1/orders", json=body, headers=customer.headers)
    assert (answer.status_code, answer.json["message"]) == (400, "Invalid service")


def test_hole_a_connection_that_is_lost_before_a_refusal_is_no_error_of_ours(
    app: Application, client: FlaskClient, customer: Customer
) -> None:
    """The rollback itself failed, and its error hid what the client had to be told."""
    if is_sqlite(db.engine):
        pytest.skip("SQLite has no connection to lose")
    order = factories.order(customer_id=customer.id, status="delivered")

    def lose(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT") and "FROM orders" in statement and locked:
            kill(connection)
        locked.extend([statement] if statement.startswith("UPDATE orders") else [])

    locked: list[str] = []
    with listening(db.engine, "after_cursor_execute", lose):
        answer = client.put(
            f"/api/v1/orders/{order.order_number}",
            json={"instructions": "ring twice"},
            headers=customer.headers,
        )
    assert (answer.status_code, answer.json["error_code"]) == (409, "INVALID_TRANSITION")


def test_hole_a_list_of_thousands_of_names_is_not_looked_through(client: FlaskClient) -> None:
    """Whoever placed it held SQLite's one writer's lock for a second."""
    names = ", ".join(f"NAME {number}" for number in range(20))
    for number in range(20):
        factories.service(f"Name {number}")
    order = {"name": "Ada", "email": "ada@example.com"}
    placed = client.post("/api/orders", json={**order, "service_name": names})
    assert (placed.status_code, len(placed.json["service"])) == (201, 20)
    refused = client.post("/api/orders", json={**order, "service_name": f"{names}, name 1"})
    assert (refused.status_code, refused.json["error"]) == (400, "Invalid service")


def test_hole_a_forced_scan_that_is_applied_later_is_forced(
    client: FlaskClient, admin: FlaskClient
) -> None:
    """Applying one that was too old gave it the effect of a scan without force: none."""
    supervisor = factories.device(profile="supervisor")
    placed_at = clock.now() - timedelta(days=60)
    order = factories.order(created_at=placed_at, status_since=placed_at)
    for action, days, more in (
        ("delivered", 45, {}),
        ("processing", 40, {"force": {"reason": "label swapped"}}),
    ):
        scan = long_form(order.order_number, action, occurred_at=scanning.ago(days=days), **more)
        client.post(SCAN, json=scan, headers=supervisor.headers)
        path = f"{SCANS}/{scan['event_id']}/apply"
        assert admin.post(path, json={"reason": "it was so"}).status_code == 201
    assert order_of(order.id).status == "processing"
    assert_truthful(order.id)
