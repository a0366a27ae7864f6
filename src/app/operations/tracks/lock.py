"""The order's lock: the first write of every transaction that changes an order (scans.md 6)."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from app.database import db
from app.errors import OrderNotFound
from app.models import Order

_LOCK = (
    update(Order)
    .where(Order.id == bindparam("order_id"))
    .values(version=Order.version + 1)
    .execution_options(synchronize_session=False)
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
