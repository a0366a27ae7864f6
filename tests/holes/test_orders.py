"""Holes of the old servers' orders, each shown to be absent."""

from __future__ import annotations

import secrets
import time

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from app import database
from app.http.application import Application
from app.models import Order
from app.support.label_codes import NUMBER_LENGTH, new_label_code
from tests import factories
from tests.factories import Customer
from tests.holes.world import stored
from tests.picture import picture

SCAN = "/api/v1/workers/scan"
OLD_ORIGINS = ("null", "file://", "app://.", "http://localhost:5173")


def test_hole_a_clients_total_is_ignored(client: FlaskClient, customer: Customer) -> None:
    wash = factories.service("Wash", price="30.00")
    lies = {"total": 0.01, "total_cost": 0.01, "price": 0.01, "totalCost": 0.01, "amount": 0.01}
    body = {"service_id": wash.id, **lies}
    placed = client.post("/api/v1/orders", json=body, headers=customer.headers).json
    old = {"name": "Ada", "email": "ada@example.com", "service_name": "Wash", **lies}
    legacy = client.post("/api/orders", json=old).json
    for path in (f"/api/v1/orders/{placed['id']}", f"/api/orders/{placed['id']}"):
        assert client.put(path, json=lies, headers=customer.headers).status_code == 200
    for order in (placed, legacy):
        assert order["total_cost"] == 30.0
        assert str(stored(Order, order["id"]).total_cost) == "30.00"


def test_hole_order_numbers_do_not_collide(
    client: FlaskClient, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    wash = factories.service("Wash")
    taken = factories.order(order_number="WXYT2345")
    letters, real = list(taken.order_number * 2), secrets.choice
    monkeypatch.setattr(
        secrets, "choice", lambda options: letters.pop(0) if letters else real(options)
    )
    answer = client.post("/api/v1/orders", json={"service_id": wash.id}, headers=customer.headers)
    assert answer.status_code == 201
    assert letters == []
    assert answer.json["order_number"] != taken.order_number
    assert len(answer.json["order_number"]) == NUMBER_LENGTH
    with pytest.raises((IntegrityError, database.Replay)):
        factories.order(order_number=taken.order_number, label_code=new_label_code())


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026-12-01", "2026-12-01"),
        ("9999-12-31", "9999-12-31"),
        ("2026-12-01T00:00", "2026-12-01T00:00:00"),
        ("2026-12-01T23:59:59.999", "2026-12-01T23:59:59.999"),
        ("2026-12-01 23:30:00", "2026-12-01T23:30:00"),
        ("2026-12-01T00:30:00+14:00", "2026-11-30T10:30:00Z"),
        ("", None),
        (None, None),
    ],
)
def test_hole_no_date_shifts(
    make_app, monkeypatch: pytest.MonkeyPatch, zone: str, given: str | None, kept: str | None
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        app: Application = make_app(BUSINESS_TIMEZONE=zone)
        client, wash = app.test_client(), factories.service()
        ada = factories.sign_up(app, "ada@example.com")
        body = {"service_id": wash.id, "pickup_date": given}
        placed = client.post("/api/v1/orders", json=body, headers=ada.headers).json
        old = {"name": "Ada", "email": "a@b.example", "service_name": wash.name}
        legacy = client.post("/api/orders", json={**old, "pickupDate": given}).json
        shown = client.get(f"/api/v1/orders/{placed['id']}", headers=ada.headers).json
        assert placed["pickup_date"] == shown["pickup_date"] == kept
        assert legacy["pickup_date"] == legacy["pickupDate"] == kept
        again = client.put(
            f"/api/v1/orders/{placed['id']}", json={"pickup_date": kept}, headers=ada.headers
        )
        assert again.json["pickup_date"] == kept
    finally:
        monkeypatch.undo()
        time.tzset()


def test_hole_a_refused_write_leaves_nothing_behind(
    client: FlaskClient, customer: Customer
) -> None:
    wash = factories.service("Wash")
    before = picture()
    for body in ({"service_id": wash.id, "pickup_date": "x"}, {"service_id": wash.id + 999}):
        answer = client.post("/api/v1/orders", json=body, headers=customer.headers)
        assert answer.status_code == 400
    assert picture() == before
