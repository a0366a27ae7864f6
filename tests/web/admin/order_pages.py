"""What the tests of the orders' pages have in common."""

from __future__ import annotations

from typing import Any

from app.http.application import Application
from app.models import Order
from tests.factories import DeviceHandle
from tests.scanning import (
    SCAN,
    long_form,
)

NEW = "/admin/orders/new"
HOSTILE = "<script>alert(1)</script>\"'{{7*7}}"


def page_of(order: Order) -> str:
    return f"/admin/orders/{order.order_number}"


def scan(app: Application, device: DeviceHandle, order: Order, action: str, **more: Any) -> str:
    body = long_form(order.label_code, action, **more)
    answer = app.test_client().post(SCAN, json=body, headers=device.headers)
    assert answer.status_code == 201, answer.text
    return str(body["event_id"])
