"""Where the pages of single things are."""

from __future__ import annotations

from urllib.parse import quote

from app.models import Order


def order_address(order: Order, more: str = "") -> str:
    """The page of an order, or what is beyond it; by its id where its number cannot be in a path."""
    ref = order.id if "/" in order.order_number else order.order_number
    return f"/admin/orders/{quote(str(ref), safe='')}{more}"
