"""Locking an order that a client has seen: the condition that every change of it begins with."""

from __future__ import annotations

from app.errors import OrderNotFound, PreconditionFailed
from app.models import Order
from app.operations.tracks.lock import lock_order


def lock_seen_order(order: Order, *, seen_version: int | None = None) -> Order:
    """Lock an order and read it anew, unless it is not what the client saw (RFC 9110 13.1.1).

    `seen_version` is what If-Match names, None for any. Raises PreconditionFailed, and
    OrderNotFound for one that was deleted meanwhile.
    """
    locked = lock_order(order.id)
    if locked.deleted_at is not None:
        raise OrderNotFound
    if seen_version is not None and seen_version != locked.version - 1:
        raise PreconditionFailed
    return locked
