"""The list of all orders: every filter, from page to page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from app import database
from app.errors import PermissionDenied
from app.http.application import Application
from app.models import Order
from app.operations.actors import NOBODY, SYSTEM
from app.operations.orders.board import list_lanes
from app.operations.orders.listing import OrderFilter, list_filtered_orders
from app.support import clock
from tests import booking, factories
from tests.factories import DeviceHandle
from tests.scanning import SCAN, aged_order, long_form

ZONE = ZoneInfo("Europe/Berlin")


def listed(*, limit: int = 50, after_id: int | None = None, **wanted: Any) -> list[int]:
    with database.transaction(write=False):
        found = list_filtered_orders(
            OrderFilter(**wanted),
            after_id=after_id,
            limit=limit,
            at=clock.now(),
            zone=ZONE,
            actor=SYSTEM,
        )
    return [one.id for one in found]


def placed(days_ago: int, **more: Any) -> Order:
    at = clock.now() - timedelta(days=days_ago)
    return factories.order(created_at=at, status_since=at, **more)


def days(count: int) -> datetime:
    return clock.now() - timedelta(days=count)


def test_orders_come_newest_first_without_the_deleted(app: Application) -> None:
    first, second = factories.order(), factories.order()
    factories.order(deleted_at=clock.now())
    assert listed() == [second.id, first.id]


def test_every_filter_narrows_the_list_and_they_go_together(app: Application) -> None:
    old = placed(9, status="delivered")
    middle = placed(5, status="created")
    new = placed(1, status="delivered")
    assert listed(status="delivered") == [new.id, old.id]
    assert listed(since=days(6)) == [new.id, middle.id]
    assert listed(until=days(6)) == [old.id]
    assert listed(since=days(6), until=days(2)) == [middle.id]
    assert listed(since=days(6), status="delivered") == [new.id]
    assert listed(since=days(20), until=days(2), status="delivered") == [old.id]


def test_late_orders_are_unfinished_ones_of_a_day_that_is_over(app: Application) -> None:
    late = placed(9, status="processing", pickup_date="2020-01-02")
    later = placed(9, status="created", pickup_date="2020-01-03")
    placed(9, status="delivered", pickup_date="2020-01-02")
    placed(9, status="completed", pickup_date="2020-01-02")
    placed(9, status="created", pickup_date="2999-01-02")
    placed(9, status="created")
    assert listed(late=True) == [later.id, late.id]
    assert listed(late=True, status="processing") == [late.id]
    assert listed(late=True, status="delivered") == []
    assert listed(late=True, since=days(2)) == []


def test_flagged_orders_are_those_with_a_scan_that_waits(
    app: Application, admin: FlaskClient, device: DeviceHandle
) -> None:
    orders = [aged_order() for _ in range(3)]
    events = []
    for order, action in zip(orders, ("completed", "completed", "picked_up"), strict=True):
        body = long_form(order.label_code, action)
        events.append(body["event_id"])
        assert app.test_client().post(SCAN, json=body, headers=device.headers).status_code == 201
    dismissed = admin.post(f"/api/v1/workers/scans/{events[1]}/dismiss", json={"reason": "Fine"})
    assert dismissed.status_code == 201
    assert listed(flagged=True) == [orders[0].id]
    assert listed(flagged=True, status="completed") == [orders[0].id]
    assert listed(flagged=True, status="created") == []


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"status": "created"},
        {"late": True},
        {"since": days(100)},
        {"until": days(-1), "status": "created"},
    ],
)
def test_pages_follow_each_other_without_gaps(app: Application, wanted: dict[str, Any]) -> None:
    same = days(3)
    some = [factories.order(created_at=same, pickup_date="2020-01-01").id for _ in range(7)]
    found: list[int] = []
    while page := listed(limit=3, after_id=found[-1] if found else None, **wanted):
        found += page
    assert found == some[::-1]


def test_only_an_admin_may_list(app: Application) -> None:
    with pytest.raises(PermissionDenied):
        list_filtered_orders(
            OrderFilter(), after_id=None, limit=1, at=clock.now(), zone=ZONE, actor=NOBODY
        )


def test_the_lanes_count_all_open_orders_and_show_the_newest(app: Application) -> None:
    received = [factories.order() for _ in range(8)]
    factories.order(status="completed", deleted_at=clock.now())
    factories.order(status="delivered")
    ready = factories.order(status="completed")
    with database.transaction(write=False):
        lanes = {lane.status: lane for lane in list_lanes(actor=SYSTEM)}
    assert list(lanes) == ["created", "picked_up", "processing", "completed"]
    assert lanes["created"].count == 8
    assert [one.id for one in lanes["created"].newest] == [one.id for one in received[:1:-1]]
    assert (lanes["picked_up"].count, lanes["picked_up"].newest) == (0, [])
    assert [one.id for one in lanes["completed"].newest] == [ready.id]


def test_an_appointment_is_no_work_that_waits_on_the_board(app: Application) -> None:
    ready = factories.order(status="completed")
    factories.visit(booking.shop(), factories.user(app).id)
    with database.transaction(write=False):
        lanes = {lane.status: lane for lane in list_lanes(actor=SYSTEM)}
    assert lanes["completed"].count == 1
    assert [one.id for one in lanes["completed"].newest] == [ready.id]
