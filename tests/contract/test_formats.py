"""Dates, money, e-mail addresses, texts, numbers and statuses (contract.md 5 and 6)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from app import database
from app.models import Order, OrderAlias
from app.support import clock
from tests import factories
from tests.contract.shapes import INSTANT, ORDER_NUMBER, refused
from tests.rows import writing

PICKUP_DATES = {
    None: None,
    "": None,
    "2026-11-20": "2026-11-20",
    "2026-11-20T09:00": "2026-11-20T09:00:00",
    "2026-11-20T09:00:30": "2026-11-20T09:00:30",
    "2026-11-20T09:00:30.250": "2026-11-20T09:00:30.250",
    "2026-11-20 09:00:30": "2026-11-20T09:00:30",
    "2026-11-20T09:00:00Z": "2026-11-20T09:00:00Z",
    "2026-11-20T23:30:00+05:30": "2026-11-20T18:00:00Z",
    "2026-11-20T00:30:00+01:00": "2026-11-19T23:30:00Z",
    "2026-11-20T22:30-05:00": "2026-11-21T03:30:00Z",
    "2026-11-20T09:00:30.250Z": "2026-11-20T09:00:30.250Z",
    "2024-02-29": "2024-02-29",
    "1999-12-31": "1999-12-31",
}
BAD_PICKUP_DATES = [
    "2026-02-30",
    "2025-02-29",
    "0000-01-01",
    "2026-13-01",
    "2026-11-20T24:01",
    "9999-12-31T23:59:59-12:00",
    "20.11.2026",
    "2026-11-20 09:00",
    "2026-11-20junk",
    "2026-11-20T09:00:00Zjunk",
    "٢٠٢٦-١١-٢٠",
    "2026-W47-5",
    "tomorrow",
    " ",
    20261120,
    1764622935.9,
    True,
    ["2026-11-20"],
    {"date": "2026-11-20"},
]


@pytest.fixture(autouse=True)
def wash(app):
    return factories.service("Wash", "12.50")


def place(client, **changes: Any):
    body = {"name": "Ada", "email": "ada@example.com", "service_name": "Wash", **changes}
    return client.post("/api/orders", json=body)


@pytest.mark.parametrize(("given", "shown"), PICKUP_DATES.items(), ids=repr)
@pytest.mark.parametrize("surface", ["legacy", "camelCase", "v1", "admin"])
def test_a_pickup_date_is_shown_as_it_was_meant(
    client, admin, customer, wash, surface, given, shown
):
    if surface == "v1":
        body = {"service_id": wash.id, "pickup_date": given}
        told = client.post("/api/v1/orders", json=body, headers=customer.headers).json
    elif surface == "admin":
        order = factories.order()
        told = admin.put(f"/admin/api/orders/{order.id}", json={"pickup_date": given}).json
    else:
        name = "pickup_date" if surface == "legacy" else "pickupDate"
        told = place(client, **{name: given}).json
    assert told["pickup_date"] == shown
    assert told.get("pickupDate", shown) == shown


@pytest.mark.parametrize("given", BAD_PICKUP_DATES, ids=repr)
def test_any_other_pickup_date_is_400(client, customer, wash, given):
    refused(place(client, pickup_date=given), 400, "VALIDATION_ERROR", field="pickup_date")
    body = {"service_id": wash.id, "pickup_date": given}
    answer = client.post("/api/v1/orders", json=body, headers=customer.headers)
    refused(answer, 400, "VALIDATION_ERROR", field="pickup_date")


@pytest.mark.parametrize("timezone", ["Pacific/Kiritimati", "Pacific/Niue", "Asia/Kolkata"])
def test_a_date_never_shifts_by_a_day_wherever_the_business_is(make_app, timezone):
    client = make_app(BUSINESS_TIMEZONE=timezone).test_client()
    for hour in (0, 11, 23):
        with time_machine.travel(datetime(2026, 11, 19, hour, 59, tzinfo=UTC), tick=False):
            told = place(client, pickup_date="2026-11-20").json
        assert told["pickup_date"] == "2026-11-20"


def test_instants_are_utc_and_keep_their_microseconds(client, customer):
    at = datetime(2026, 11, 20, 5, 39, 12, 412345, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        told = place(client).json
    assert told["created_at"] == "2026-11-20T05:39:12.412345Z"
    with database.transaction(write=False) as session:
        assert session.get(Order, told["id"]).created_at == at


def test_a_whole_second_is_written_without_a_fraction(client):
    with time_machine.travel(datetime(2026, 11, 20, 5, 39, 12, tzinfo=UTC), tick=False):
        told = place(client).json
    assert told["created_at"] == "2026-11-20T05:39:12Z"
    assert INSTANT.fullmatch(told["created_at"])


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("12.5", 12.5),
        ("12.50", 12.5),
        (12, 12.0),
        (0, 0.0),
        ("0", 0.0),
        (0.1 + 0.2, 0.3),
        (99999999.99, 99999999.99),
    ],
    ids=repr,
)
def test_a_price_is_a_number_of_two_decimals(admin, given, shown):
    answer = admin.post("/admin/api/services", json={"name": "Iron", "price": given})
    assert answer.json["price"] == shown
    assert re.search(r'"price":[0-9]+\.[0-9]{1,2}[,}]', answer.text)


@pytest.mark.parametrize(
    "given",
    [-0.01, "-1", "NaN", "inf", "1e3", "12,5", "", " ", True, None, [], 1.005, 100000000, 10**400],
    ids=repr,
)
def test_anything_else_is_no_price(admin, given):
    answer = admin.post("/admin/api/services", json={"name": "Iron", "price": given})
    refused(answer, 400, "VALIDATION_ERROR", field="price")


def test_a_sum_of_prices_is_exact(client):
    for name, price in (("A", "0.10"), ("B", "0.20"), ("C", "0.30")):
        factories.service(name, price)
    told = place(client, service_name=["A", "B", "C"])
    assert told.json["total"] == 0.6


@pytest.mark.parametrize(
    "name", ["Zoë 🧺", "李小龙", "O'Neil", "Ἀθηνᾶ", "👩‍👩‍👧‍👦", "a\u202eb", '<b>"&'], ids=ascii
)
def test_names_and_notes_survive_as_they_are(client, device, name):
    told = place(client, name=name, instructions=name).json
    assert (told["name"], told["instructions"]) == (name, name)
    listed = client.get("/api/orders?email=ada@example.com").json
    assert (listed[0]["name"], listed[0]["instructions"]) == (name, name)
    body = {"order_number": told["order_number"], "note": name, "location": name}
    track = client.post("/api/v1/workers/scan", json=body, headers=device.headers).json["track"]
    assert (track["note"], track["location"]) == (name, name)


def test_an_accounts_email_is_one_in_any_case(client):
    body = {"name": "Eve", "email": "  Eve@Example.COM ", "password": factories.PASSWORD}
    told = client.post("/auth/signup", json=body).json
    assert told["customer"]["email"] == "eve@example.com"
    for email in ("EVE@EXAMPLE.COM", "eve@example.com "):
        login = {"email": email, "password": factories.PASSWORD}
        assert client.post("/auth/login", json=login).status_code == 200


def test_order_numbers_are_short_unambiguous_and_unlike(client):
    numbers = {place(client).json["order_number"] for _ in range(50)}
    assert len(numbers) == 50
    for number in numbers:
        assert ORDER_NUMBER.fullmatch(number)
        assert not set(number) & set("01OIL")
        assert not number.isdecimal()


@pytest.mark.parametrize("alias", ["C494AB7C", "ORD-1764622935914-001", "X" * 64, "ÄÖ 7/8", "17"])
def test_an_imported_number_of_up_to_64_characters_resolves(admin, alias):
    order = factories.order()
    with writing() as session:
        session.add(OrderAlias(alias=alias, order_id=order.id, kind="import"))
    for spelled in (alias, alias.lower(), "%23" + alias):
        if "/" not in alias:
            told = admin.get(f"/admin/api/orders/{spelled}")
            assert told.json["id"] == order.id


def test_a_number_comes_before_an_id(admin):
    first = factories.order()
    second = factories.order(order_number=str(first.id))
    assert admin.get(f"/admin/api/orders/{first.id}").json["id"] == second.id


def test_a_scanned_text_is_never_an_id(client, device):
    order = factories.order()
    body = {"order_number": str(order.id), "action": "picked_up"}
    answer = client.post("/api/v1/workers/scan", json=body, headers=device.headers)
    refused(answer, 404, "ORDER_NOT_FOUND")
    refused(client.post("/worker/scan", json=body, headers=device.headers), 404, "ORDER_NOT_FOUND")


OLD_PHRASES = {
    "At Store": "created",
    "Pending": "created",
    "In Transit to Factory": "picked_up",
    "At Factory": "processing",
    "Quality Check": "processing",
    "Ready for Delivery": "completed",
    "Ready": "completed",
    "In Transit to Store": "completed",
    "Out for Delivery": "completed",
    "Picked-Up": "picked_up",
    " DELIVERED ": "delivered",
    "scanned": "scanned",
}


@pytest.mark.parametrize(("phrase", "action"), OLD_PHRASES.items())
def test_an_old_phrase_is_an_action_and_a_status(client, admin, device, phrase, action):
    order = factories.order()
    body = {"order_number": order.order_number, "action": phrase}
    scanned = client.post("/api/v1/workers/scan", json=body, headers=device.headers)
    assert scanned.json["track"]["action"] == action
    status = "created" if action == "scanned" else action
    assert scanned.json["order"]["status"] == status
    if action != "scanned":
        other = factories.order()
        told = admin.put(f"/admin/api/orders/{other.id}", json={"status": phrase})
        assert told.json["status"] == action


def test_an_unverified_scan_repeated_after_30_seconds_is_another(client):
    order, worker = factories.order(), factories.worker()
    body = {"workerId": worker.id, "order_number": order.order_number, "action": "picked_up"}
    start = clock.now()
    ids = []
    for seconds in (0, 29, 61):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            ids.append(client.post("/worker/scan", json=body).json["track"]["id"])
    assert ids[0] == ids[1] != ids[2]
