"""Holes of the old servers' rights: what a customer and a bad token may not do."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app import database
from app.http.application import Application
from app.models import Order, Service, Worker
from tests import factories
from tests.factories import Customer
from tests.holes.shape import hold_to_the_shape
from tests.holes.world import World, stored

SCAN = "/api/v1/workers/scan"
OLD_ORIGINS = ("null", "file://", "app://.", "http://localhost:5173")


def test_hole_a_customer_registers_no_worker_and_changes_no_service(
    client: FlaskClient, customer: Customer
) -> None:
    wash = factories.service("Wash")
    worker = {"name": "Eve", "email": "eve@example.com", "password": "246810"}
    for path in ("/api/v1/workers", "/api/v1/workers/register", "/admin/api/workers"):
        assert client.post(path, json=worker, headers=customer.headers).status_code == 403
    free = {"name": "Wash", "price": 0}
    for path in (f"/api/v1/services/{wash.id}", f"/admin/api/services/{wash.id}"):
        assert client.put(path, json=free, headers=customer.headers).status_code == 403
        assert client.delete(path, headers=customer.headers).status_code == 403
    with database.transaction(write=False) as session:
        assert session.query(Worker).count() == 0
    assert str(stored(Service, wash.id).price) == "12.50"


def test_hole_a_customer_sets_no_status_but_cancelled(
    client: FlaskClient, customer: Customer
) -> None:
    order = factories.order(customer_id=customer.id)
    for status in ("delivered", "completed", "created", "picked_up", "processing", "Ready"):
        for method in ("PUT", "PATCH"):
            answer = client.open(
                f"/api/v1/orders/{order.id}",
                method=method,
                json={"status": status},
                headers=customer.headers,
            )
            assert answer.status_code == 400
        old = client.put(
            f"/api/orders/{order.id}", json={"status": status}, headers=customer.headers
        )
        assert old.json["order"]["status"] == "created"
    assert stored(Order, order.id).status == "created"


def test_hole_a_customer_reads_nobody_elses_tracks(app: Application, client: FlaskClient) -> None:
    world = World(app)
    world.new_scan()
    mine = factories.order(customer_id=world.customer.id)
    body = {"order_number": mine.order_number, "action": "picked_up"}
    assert world.send("device", "POST", SCAN, body).status_code == 201
    shown = world.send("customer", "GET", "/api/v1/tracks").json
    assert [one["order_number"] for one in shown] == [mine.order_number]
    assert world.send("other", "GET", "/api/v1/tracks").json == []
    assert world.send("other", "GET", f"/api/v1/tracks?order={mine.order_number}").json == []
    for path in (f"/api/v1/tracks/order/{mine.id}", f"/api/v1/orders/{mine.id}/tracks"):
        assert world.send("other", "GET", path).status_code == 404


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "eyJ.eyJ.eyJ", "null", "undefined", "{}"]
)
def test_hole_a_bad_jwt_is_401_and_never_422(client: FlaskClient, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    for method, path in (
        ("GET", "/api/v1/auth/me"),
        ("GET", "/api/v1/orders"),
        ("POST", "/api/v1/orders"),
        ("GET", "/api/orders"),
        ("PUT", "/api/orders/X"),
        ("GET", "/api/v1/customers"),
        ("POST", SCAN),
        ("POST", "/worker/scan"),
    ):
        answer = client.open(path, method=method, json={}, headers=headers)
        assert answer.status_code == 401, path
        assert hold_to_the_shape(answer, path)["error_code"] == "INVALID_TOKEN"
