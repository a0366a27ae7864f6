"""Whoever sets an appointment's status, and however: active <=> complete claims (booking.md 2)."""

from __future__ import annotations

import pytest

from tests import factories
from tests.appointments import assert_claims_fit, order_now, salon
from tests.booking_world import in_days
from tests.outbox import messages


@pytest.fixture
def stage(app):
    return salon(app, cancel_cutoff_minutes=60)


def by_the_customers_patch(stage, order, _admin):
    path = f"/api/v1/orders/{order.order_number}"
    return stage.client.patch(path, json={"status": "cancelled"}, headers=stage.ada.headers)


def by_the_customers_delete(stage, order, _admin):
    path = f"/api/v1/orders/{order.order_number}"
    return stage.client.delete(path, headers=stage.ada.headers)


def by_the_admins_put(stage, order, admin):
    path = f"/admin/api/orders/{order.order_number}"
    return admin.put(path, json={"status": "cancelled"})


def by_the_admins_delete(stage, order, admin):
    return admin.delete(f"/admin/api/orders/{order.order_number}")


def by_the_appointments_route(stage, order, _admin):
    return stage.post(order.order_number, "cancel", stage.ada)


CANCELS = (
    by_the_customers_patch,
    by_the_customers_delete,
    by_the_admins_put,
    by_the_admins_delete,
    by_the_appointments_route,
)


@pytest.mark.parametrize("cancel", CANCELS)
def test_every_way_to_cancel_gives_the_time_back(stage, admin, cancel):
    order = stage.book()
    answer = cancel(stage, order, admin)
    assert answer.status_code == 200, answer.text
    row = assert_claims_fit(order.id)
    assert (row.status, row.sequence) == ("cancelled", 1)
    assert row.cancelled_by == ("admin" if "admins" in cancel.__name__ else "customer")
    assert stage.book().status == "created"


@pytest.mark.parametrize(
    "cancel",
    [
        by_the_customers_patch,
        by_the_admins_put,
        by_the_admins_delete,
        by_the_appointments_route,
    ],
)
def test_every_way_to_let_go_of_a_hold_lets_it_expire_and_tells_nobody(stage, admin, cancel):
    held = stage.book(is_hold=True)
    answer = cancel(stage, held, admin)
    assert answer.status_code == 200, answer.text
    row = assert_claims_fit(held.id)
    assert (row.status, row.sequence, row.cancelled_by) == ("expired", 0, None)
    assert messages(subject_id=held.id) == []
    assert stage.book().status == "created"
    figures = f"/api/v1/businesses/{stage.shop.slug}/stats"
    told = stage.client.get(figures, headers=stage.owner.headers).json
    assert (told["total"], told["cancelled"]) == (1, 0)


@pytest.mark.parametrize("cancel", [by_the_customers_patch, by_the_customers_delete])
def test_the_old_routes_know_the_cutoff_too(stage, cancel):
    order = stage.book_begun(-30)
    refused = cancel(stage, order, None)
    assert (refused.status_code, refused.json["error_code"]) == (409, "INVALID_TRANSITION")
    assert assert_claims_fit(order.id).status == "created"


@pytest.mark.parametrize("status", ["processing", "completed", "no_show", "cancelled", "confirmed"])
def test_every_status_that_an_admin_sets_fits_the_claims(stage, admin, status):
    order = stage.book_begun(20)
    path = f"/admin/api/orders/{order.order_number}"
    answer = admin.put(path, json={"status": status})
    assert answer.status_code == 200, answer.text
    assert assert_claims_fit(order.id).status == status
    back = admin.put(path, json={"status": "created"})
    assert (back.status_code, list(back.json["details"])) == (409, ["reason"])
    assert admin.put(path, json={"status": "created", "reason": "A mistake"}).status_code == 200
    row = assert_claims_fit(order.id)
    assert (row.status, row.cancelled_by) == ("created", None)


def test_an_admin_revives_only_what_has_its_time_still(app, stage, admin):
    order = stage.book()
    path = f"/admin/api/orders/{order.order_number}"
    assert admin.put(path, json={"status": "cancelled"}).status_code == 200
    stage.ada = factories.sign_up(app, "eve@example.com")
    stage.book()
    refused = admin.put(path, json={"status": "confirmed", "reason": "A mistake"})
    assert (refused.status_code, refused.json["error_code"]) == (409, "SLOT_UNAVAILABLE")
    assert assert_claims_fit(order.id).status == "cancelled"


@pytest.mark.parametrize("status", ["picked_up", "delivered"])
def test_no_appointment_is_picked_up_or_delivered_by_hand(stage, admin, status):
    order = stage.book()
    path = f"/admin/api/orders/{order.order_number}"
    refused = admin.put(path, json={"status": status, "reason": "x"})
    assert (refused.status_code, refused.json["error_code"]) == (409, "INVALID_TRANSITION")


def test_no_order_is_confirmed_or_a_no_show(admin):
    order = factories.order()
    for status in ("confirmed", "no_show"):
        path = f"/admin/api/orders/{order.order_number}"
        refused = admin.put(path, json={"status": status, "reason": "x"})
        assert (refused.status_code, list(refused.json["details"])) == (400, ["status"])


def test_the_admins_pages_set_a_status_and_cancel(stage, admin):
    order = stage.book_begun(20)
    page = admin.get(f"/admin/orders/{order.order_number}")
    assert page.status_code == 200
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    path = f"/admin/orders/{order.order_number}"
    form = {"csrf_token": token, "status": "processing"}
    assert admin.post(f"{path}/status", data=form).status_code == 303
    assert assert_claims_fit(order.id).status == "processing"
    form = {"csrf_token": token, "reason": "Ill"}
    assert admin.post(f"{path}/cancel", data=form).status_code == 303
    assert assert_claims_fit(order.id).status == "cancelled"


def test_an_appointment_keeps_its_service(stage, admin):
    order, other = stage.book(), factories.service("Ironing")
    path = f"/admin/api/orders/{order.order_number}"
    refused = admin.put(path, json={"service_name": other.name})
    assert (refused.status_code, refused.json["error_code"]) == (409, "INVALID_TRANSITION")


def test_what_is_held_or_lapsed_is_in_no_list_of_orders(stage, admin):
    held, booked = stage.book(is_hold=True), stage.book(in_days(8))
    own = stage.client.get("/api/v1/orders", headers=stage.ada.headers).json
    assert [one["id"] for one in own] == [booked.id]
    everything = admin.get("/admin/api/orders").json
    assert [one["id"] for one in everything] == [booked.id]
    assert held.order_number not in admin.get("/admin/orders").text
    assert held.order_number not in admin.get("/admin/search?q=Ada").text
    assert admin.get("/api/v1/admin/stats").json["orders_today"] == 1
    assert "held" not in admin.get("/api/v1/admin/stats").json["by_status"]
    assert order_now(held.id).status == "held"
