"""The short form of a scan, which leaves its key and times to the server (scans.md 3)."""

from __future__ import annotations

import pytest

from tests import factories
from tests.scanning import SCAN, aged_order, assert_truthful, order_of, tracks


def scan(client, device, body, **headers):
    return client.post(SCAN, json=body, headers=device.headers | headers)


@pytest.mark.parametrize("short", ["order_number", "qr_data"])
def test_the_short_form_always_works(client, device, short):
    order = factories.order()
    body = {short: order.order_number, "action": "picked_up", "location": "Counter"}
    answer = client.post("/api/v1/workers/scan", json=body, headers=device.headers)
    assert answer.status_code == 201, answer.text
    assert answer.json["track"]["location"] == "Counter"
    assert order_of(order.id).location == "Counter"


def test_a_short_form_that_names_no_order_is_recorded_and_answered_404(client, device):
    body = {"order_number": "NOSUCH42", "action": "picked_up"}
    answer = client.post("/api/v1/workers/scan", json=body, headers=device.headers)
    assert answer.status_code == 404
    assert answer.json["error_code"] == "ORDER_NOT_FOUND"
    assert [(one.result, one.reasons) for one in tracks()] == [("rejected", "unknown_code")]


def test_an_idempotency_key_makes_the_short_form_safe_to_send_again(client, device):
    order = aged_order()
    body = {"order_number": order.order_number, "action": "picked_up", "note": "n"}
    first = scan(client, device, body, **{"Idempotency-Key": "k-1"})
    again = scan(client, device, body, **{"Idempotency-Key": "k-1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == {**first.json, "replayed": True}
    other = scan(client, device, body | {"note": "o"}, **{"Idempotency-Key": "k-1"})
    assert (other.status_code, other.json["error_code"]) == (409, "IDEMPOTENCY_CONFLICT")
    assert assert_truthful(order.id).version == 2


def test_an_idempotency_key_belongs_to_its_device(client, device):
    body = {"order_number": aged_order().order_number, "action": "scanned"}
    for one in (device, factories.device()):
        assert scan(client, one, body, **{"Idempotency-Key": "k-1"}).status_code == 201
    assert len(tracks()) == 2


@pytest.mark.parametrize("key", ["", "k" * 256, "\u00e9", "a\tb"])
def test_an_idempotency_key_is_1_to_255_printable_characters(client, device, key):
    body = {"order_number": aged_order().order_number, "action": "scanned"}
    answer = scan(client, device, body, **{"Idempotency-Key": key})
    assert (answer.status_code, list(answer.json["details"])) == (400, ["Idempotency-Key"])


def test_without_a_key_the_short_form_is_a_new_scan_each_time(client, device):
    body = {"order_number": aged_order().order_number, "action": "scanned"}
    assert [scan(client, device, body).status_code for _ in range(2)] == [201, 201]


def test_the_short_form_happened_when_it_arrived(client, device):
    time = scan(client, device, {"qr_data": aged_order().label_code}).json["time"]
    assert time["occurred_at"] == time["effective_at"] == time["received_at"]
    assert (time["clock"], time["offset_ms"]) == ("trusted", None)


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("upi://pay?pa=x@y", 400, "VALIDATION_ERROR"),
        ("https://elsewhere.example/7", 400, "VALIDATION_ERROR"),
        ("NOSUCH42", 404, "ORDER_NOT_FOUND"),
        ("ORDER: NOSUCH42", 404, "ORDER_NOT_FOUND"),
    ],
)
def test_the_short_form_keeps_what_it_refuses(client, device, code, status, error):
    answer = scan(client, device, {"qr_data": code, "action": "picked_up"})
    assert (answer.status_code, answer.json["error_code"]) == (status, error)
    assert [row.result for row in tracks()] == ["rejected"]


@pytest.mark.parametrize("body", [{}, {"action": "picked_up"}, {"order_number": None}])
def test_the_short_form_needs_an_order(client, device, body):
    answer = scan(client, device, body)
    assert (answer.status_code, list(answer.json["details"])) == (400, ["order_number"])


def test_a_scanned_text_is_never_taken_for_an_id(client, device):
    order = aged_order()
    answer = scan(client, device, {"order_number": str(order.id), "action": "picked_up"})
    assert answer.status_code == 404
    assert order_of(order.id).status == "created"
