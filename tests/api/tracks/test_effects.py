"""What a scan does to its order: forces, pieces, times, and the end (scans.md 5, 6)."""

from __future__ import annotations

import pytest

from app.support import clock
from app.support.label_codes import piece_code
from tests import factories
from tests.scanning import SCAN, aged_order, ago, assert_truthful, long_form, order_of, tracks


def scan(client, device, body, **headers):
    return client.post(SCAN, json=body, headers=device.headers | headers)


# --- force ------------------------------------------------------------------------------------------


def test_a_supervisors_device_may_force_any_status(client):
    device = factories.device(profile="supervisor")
    order = aged_order()
    scan(client, device, long_form(order.label_code, "delivered"))
    body = long_form(order.label_code, "picked_up", force={"reason": "label swapped"})
    answer = scan(client, device, body)
    assert (answer.status_code, answer.json["reasons"]) == (201, ["forced"])
    assert assert_truthful(order.id).status == "picked_up"
    assert tracks()[1].force_reason == "label swapped"


def test_the_history_shows_a_force_for_ever(client, customer):
    device = factories.device(profile="supervisor")
    order = aged_order(customer_id=customer.id)
    at = {"occurred_at": ago(days=4), "force": {"reason": "label swapped"}}
    answer = scan(client, device, long_form(order.label_code, "completed", **at))
    assert answer.json["reasons"] == ["stale", "forced"]
    scan(client, device, long_form(order.label_code, "delivered"))
    path = f"/api/v1/orders/{order.order_number}/tracks"
    history = client.get(path, headers=customer.headers).json
    assert [one["force_reason"] for one in history] == ["label swapped", None]


def test_another_device_may_not_force(client, device):
    order = aged_order()
    body = long_form(order.label_code, "delivered", force={"reason": "please"})
    answer = scan(client, device, body)
    assert (answer.status_code, list(answer.json["details"])) == (400, ["force"])
    assert assert_truthful(order.id).status == "created"


@pytest.mark.parametrize(
    "force", [{}, {"reason": ""}, {"reason": "  "}, {"reason": None}, "yes", []]
)
def test_a_force_needs_a_reason(client, force):
    device = factories.device(profile="supervisor")
    answer = scan(client, device, long_form(aged_order().label_code, force=force))
    assert answer.status_code == 400
    assert tracks() == []


# --- pieces -----------------------------------------------------------------------------------------


def test_pieces_are_counted_by_label_and_by_body(client, device):
    order = aged_order(piece_count=3)
    codes = [
        long_form(piece_code(order.label_code, 1)),
        long_form(order.label_code, pieces={"n": 2, "of": 3}),
        long_form(f"{order.order_number}-3"),
    ]
    seen = [scan(client, device, one).json for one in codes]
    assert [one["order"]["pieces"]["seen"] for one in seen] == [1, 2, 3]
    assert [one["reasons"] for one in seen] == [[], [], []]
    assert assert_truthful(order.id).status == "picked_up"


def test_delivering_without_every_piece_is_flagged_and_delivers(client, device):
    order = aged_order(piece_count=2)
    scan(client, device, long_form(piece_code(order.label_code, 1), "completed"))
    answer = scan(client, device, long_form(piece_code(order.label_code, 1), "delivered"))
    assert answer.json["reasons"] == ["piece_missing"]
    assert assert_truthful(order.id).status == "delivered"


# --- time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "reasons"),
    [
        ({"hours": 71}, []),
        ({"hours": 73}, ["stale"]),
        ({"days": 29}, ["stale"]),
        ({"days": 31}, ["too_old"]),
        ({"days": 39, "hours": 23}, ["too_old"]),
        ({"days": 41}, ["too_old", "before_order"]),
    ],
)
def test_old_scans_are_flagged_and_very_old_ones_rejected(client, device, span, reasons):
    order = aged_order()
    answer = scan(client, device, long_form(order.label_code, occurred_at=ago(**span)))
    assert answer.json["reasons"] == reasons
    expected = "created" if "too_old" in reasons else "picked_up"
    assert assert_truthful(order.id).status == expected


def test_a_scan_from_before_the_order_is_flagged_and_has_its_effect(client, device):
    order = factories.order()
    answer = scan(client, device, long_form(order.label_code, occurred_at=ago(hours=1)))
    assert answer.json["reasons"] == ["before_order"]
    assert order_of(order.id).status == "picked_up"


def test_a_device_whose_clock_is_wrong_is_corrected(client, device):
    order = aged_order()
    body = long_form(order.label_code, occurred_at=ago(hours=-2), sent_at=ago(hours=-2))
    answer = scan(client, device, body)
    assert answer.json["time"]["clock"] == "corrected"
    assert abs(answer.json["time"]["offset_ms"] + 7_200_000) < 5_000
    assert order_of(order.id).status_since <= clock.now()


def test_a_scan_after_its_own_sending_is_flagged(client, device):
    body = long_form(aged_order().label_code, occurred_at=ago(seconds=-2))
    answer = scan(client, device, body)
    assert answer.json["reasons"] == ["clock_untrusted"]


def test_impossible_travel_is_flagged_and_has_its_effect(client, device):
    order = aged_order()
    here, there = {"lat": 48.1, "lon": 11.5}, {"lat": 52.5, "lon": 13.4}
    scan(client, device, long_form(order.label_code, location=here, occurred_at=ago(minutes=30)))
    answer = scan(client, device, long_form(order.label_code, "processing", location=there))
    assert answer.json["reasons"] == ["impossible_travel"]
    assert assert_truthful(order.id).status == "processing"


# --- after the end ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "reason"), [("delivered", "after_terminal"), ("cancelled", "order_cancelled")]
)
def test_a_scan_never_revives_an_order(client, device, admin, end, reason):
    order = aged_order()
    changed = admin.put(f"/admin/api/orders/{order.order_number}", json={"status": end})
    assert changed.status_code == 200, changed.text
    answer = scan(client, device, long_form(order.label_code, "picked_up"))
    assert (answer.json["reasons"], answer.json["signal"]) == ([reason], "stop")
    assert assert_truthful(order.id).status == end


def test_a_late_scan_that_skips_is_folded_where_it_belongs(client, device, admin):
    order = aged_order()
    scan(client, device, long_form(order.label_code, "processing", occurred_at=ago(minutes=1)))
    admin.put(f"/admin/api/orders/{order.order_number}", json={"status": "cancelled"})
    body = long_form(order.label_code, "completed", occurred_at=ago(minutes=2))
    answer = scan(client, device, body)
    assert answer.json["order"]["status"] == "cancelled"
    assert assert_truthful(order.id).status == "cancelled"
