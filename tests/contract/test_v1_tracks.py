"""Tracks, the public tracking page and the document (contract.md V22 to V26)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests import factories
from tests.contract.shapes import (
    SCAN,
    TRACK,
    TRACKING,
    answered,
    refused,
)

SCAN_PATH = "/api/v1/workers/scan"


@pytest.fixture
def order(app):
    return factories.order(email="ada@example.com")


@pytest.fixture
def worker(app):
    hashed = app.extensions["handover_passwords"].hash("482915")
    return factories.worker("Wim", email="wim@example.com", password_hash=hashed)


def scan(client, device, order, action: str, **more: Any) -> dict[str, Any]:
    body = {"order_number": order.order_number, "action": action, **more}
    answer = client.post(SCAN_PATH, json=body, headers=device.headers)
    return answered(answer, 201, SCAN)


def test_V22_each_sees_the_tracks_that_are_theirs_newest_first(
    client, admin, device, customer, stranger
):
    own = factories.order(customer_id=customer.id)
    other = factories.order(customer_id=stranger.id)
    made = [scan(client, device, one, "picked_up")["scan_id"] for one in (own, other, own)]
    path = "/api/v1/tracks"
    listed = answered(client.get(path, headers=customer.headers), 200, [TRACK])
    assert [one["id"] for one in listed] == [made[2], made[0]]
    for answer in (client.get(path, headers=device.headers), admin.get(path)):
        assert [one["id"] for one in answered(answer, 200, [TRACK])] == list(reversed(made))
    refused(client.get(path), 401, "UNAUTHORIZED")


def test_V22_tracks_are_filtered_and_paged(admin, client, device, worker):
    one, two = factories.order(), factories.order()
    first = scan(client, device, one, "picked_up")
    second = scan(client, device, two, "processing", worker_id=worker.id)

    def listed(query: str) -> list[int]:
        return [
            track["id"] for track in answered(admin.get(f"/api/v1/tracks?{query}"), 200, [TRACK])
        ]

    assert listed(f"order={one.order_number}") == [first["scan_id"]]
    assert listed(f"worker={worker.id}") == [second["scan_id"]]
    assert listed("action=picked_up") == [first["scan_id"]]
    assert listed(f"from={second['track']['received_at']}") == [second["scan_id"]]
    assert listed(f"to={second['track']['received_at']}") == [first["scan_id"]]
    assert listed("order=NOSUCH42") == []
    page = admin.get("/api/v1/tracks?limit=1&total=1")
    assert page.headers["X-Total-Count"] == "2"
    link = page.headers["Link"]
    assert [track["id"] for track in admin.get(link[1 : link.index(">")]).json] == [
        first["scan_id"]
    ]
    for query in ("worker=x", "action=lost", "from=soon", "limit=201", "cursor=%21"):
        answer = admin.get(f"/api/v1/tracks?{query}")
        refused(answer, 400, "VALIDATION_ERROR", field=query.partition("=")[0])


@pytest.mark.parametrize("path", ["/api/v1/tracks/order/{}", "/api/v1/orders/{}/tracks"])
def test_V23_one_orders_tracks_oldest_first(client, admin, device, customer, stranger, path):
    order = factories.order(customer_id=customer.id)
    made = [scan(client, device, order, one)["scan_id"] for one in ("picked_up", "processing")]
    path = path.format(order.order_number)
    for answer in (
        client.get(path, headers=customer.headers),
        client.get(path, headers=device.headers),
        admin.get(path),
    ):
        assert [one["id"] for one in answered(answer, 200, [TRACK])] == made
    refused(client.get(path), 401, "UNAUTHORIZED")
    refused(client.get(path, headers=stranger.headers), 404, "ORDER_NOT_FOUND")


@pytest.mark.parametrize("spelling", [str.upper, str.lower, str.title])
def test_V25_the_holder_of_a_label_sees_status_and_timeline_and_nobody(
    client, device, order, spelling
):
    worker = factories.worker("Wim Secret")
    scan(
        client, device, order, "picked_up", note="her secret", worker_id=worker.id, location="Depot"
    )
    code = spelling(order.label_code)
    told = answered(client.get(f"/api/v1/track/{code}"), 200, TRACKING)
    assert (told["order_number"], told["status"]) == (order.order_number, "picked_up")
    assert [step["status"] for step in told["timeline"]] == ["created", "picked_up"]
    pages = [client.get(f"/{folder}/{code}") for folder in ("T", "track")]
    for page in pages:
        assert (page.status_code, page.mimetype) == (200, "text/html")
        assert order.order_number in page.text
    for text in (json.dumps(told), *(page.text for page in pages)):
        for personal in ("Ada", "ada@example.com", "secret", "Secret", "Depot"):
            assert personal not in text


@pytest.mark.parametrize("code", ["BCDFGHJKLNPRSTVXBCDFGHJK", "nonsense", "K7WQ2RNT", "1", "%00"])
def test_V25_another_code_is_404(client, order, code):
    refused(client.get(f"/api/v1/track/{code}"), 404, "NOT_FOUND")
    for folder in ("T", "track"):
        answer = client.get(f"/{folder}/{code}")
        assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_V25_neither_number_nor_id_opens_the_page(client, order):
    for name in (order.order_number, order.id):
        refused(client.get(f"/api/v1/track/{name}"), 404, "NOT_FOUND")


def test_V26_the_document_is_served_with_a_page_of_our_own(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer.json["openapi"].startswith("3.1.")
    assert "/api/v1/workers/scan" in answer.json["paths"]
    page = client.get("/api/docs")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    for foreign in ("http://", "https://", 'src="//'):
        assert foreign not in page.text
