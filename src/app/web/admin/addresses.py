"""Where the pages of single things are."""

from __future__ import annotations

from urllib.parse import quote

from app.models import Order

_OF_PATHS = (".", "..")


def order_address(order: Order, more: str = "") -> str:
    """The page of an order, or what is beyond it."""
    return number_address(order.order_number, order.id, more)


def number_address(number: str, order_id: int, more: str = "") -> str:
    """The page of the order of this number; by its id where the number leads elsewhere in a path."""
    ref = order_id if "/" in number or number in _OF_PATHS else number
    return f"/admin/orders/{quote(str(ref), safe='')}{more}"
