"""Orders as old clients read them: every key in both spellings (contract.md 4)."""

from __future__ import annotations

from typing import Any

from app.api.orders.schemas import OrderView
from app.http.schemas import shaper
from app.models import Order
from app.operations.orders.look import Shown

_shape = shaper(OrderView(exclude=("label_code", "tracking_url", "version")))


def order_shape(order: Order) -> dict[str, Any]:
    """The old Order; services as lists of texts, as they were when it was placed."""
    return shown_shape(Shown(order, order.lines))


def shown_shape(shown: Shown) -> dict[str, Any]:
    """The same of an order that was read without the ORM."""
    order, lines = shown
    shape = _shape(order)
    ids = [str(line.service_id) for line in lines]
    return shape | {
        "customerName": shape["name"],
        "customerEmail": shape["email"],
        "customerPhone": shape["phone"],
        "serviceId": ids,
        "service": [line.name for line in lines] or [order.service_name],
        "pickupDate": shape["pickup_date"],
        "specialInstructions": shape["instructions"],
        "total": shape["total_cost"],
        "createdAt": shape["created_at"],
    }


def order_created_shape(order: Order) -> dict[str, Any]:
    """The old OrderCreated: the order at top level and, known by its number, below `order`."""
    shape = order_shape(order)
    return shape | {
        "order": shape | {"id": order.order_number},
        "customer": {"name": order.name, "email": order.email, "phone": order.phone},
        "barcodes": {"items": []},
    }
