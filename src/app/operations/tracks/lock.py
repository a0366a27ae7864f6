"""The order's lock: the first write of every transaction that changes an order (scans.md 6)."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from app.database import Replay, db
from app.errors import OrderNotFound
from app.models import Order

_LOCK = (
    update(Order)
    .where(Order.id == bindparam("order_id"))
    .values(version=Order.version + 1)
    .execution_options(synchronize_session=False)
)
_LOCK_SEEN = _LOCK.where(
    Order.status == bindparam("seen_status"),
    Order.sequence == bindparam("seen_sequence"),
    Order.deleted_at.is_(None),
)


def lock_order(order_id: int) -> Order:
    """Lock one order and read it anew; its `version` is already that of the change to come.

    Every change of an order takes this lock once, so that the version counts the changes.
    Raises OrderNotFound.
    """
    if db.session.connection().execute(_LOCK, {"order_id": order_id}).rowcount == 0:
        raise OrderNotFound
    order = db.session.get(Order, order_id, populate_existing=True)
    if order is None:
        raise OrderNotFound
    return order


def lock_seen_appointment(order: Order) -> Order:
    """Lock an appointment that still has the status and the time that were read; its version is the next.

    Of two steps at once one is taken; the other's request is run again, and sees the first.
    """
    seen = {
        "order_id": order.id,
        "seen_status": order.status,
        "seen_sequence": order.sequence,
    }
    if db.session.connection().execute(_LOCK_SEEN, seen).rowcount == 0:
        raise Replay(outcome_unknown=False, taken=True)
    db.session.refresh(order)
    return order
