"""Orders as old clients read them: every key in both spellings (contract.md 4)."""

from __future__ import annotations

from typing import Any

from app.api.orders.schemas import OrderView
from app.models import Order

_ORDER = OrderView(exclude=("label_code", "tracking_url", "version"))


def order_shape(order: Order) -> dict[str, Any]:
    """The old Order; services as lists of texts, as they were when it was placed."""
    shape: dict[str, Any] = _ORDER.dump(order)
    ids = [str(line.service_id) for line in order.lines]
    return shape | {
        "customerName": shape["name"],
        "customerEmail": shape["email"],
        "customerPhone": shape["phone"],
        "serviceId": ids,
        "service": [line.name for line in order.lines] or [order.service_name],
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
