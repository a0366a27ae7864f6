"""Orders as they are only shown: rows instead of objects, on the paths that are asked most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from app.database import connection
from app.database.prepared import Prepared
from app.errors import OrderNotFound
from app.models import Order, OrderLine
from app.operations.actors import Actor, Role
from app.operations.orders.find import BY_REF, may_see, names_of

_COLUMNS = tuple(Order.__mapper__.columns)
_BY_REF = Prepared(BY_REF.with_only_columns(*_COLUMNS))
_OF_NOBODY = Prepared(
    select(*_COLUMNS)
    .where(
        Order.deleted_at.is_(None),
        Order.channel == "legacy",
        Order.email_key == bindparam("email_key"),
        Order.id < bindparam("before"),
    )
    .order_by(Order.id.desc())
    .limit(bindparam("limit"))
)
_LINES = Prepared(
    select(OrderLine.order_id, OrderLine.service_id, OrderLine.name)
    .where(OrderLine.order_id.in_(bindparam("order_ids", expanding=True)))
    .order_by(OrderLine.order_id, OrderLine.position)
)
_BEYOND_ALL = 2**63 - 1


class Shown(NamedTuple):
    """An order's columns by their names, and its lines (`service_id`, `name`)."""

    order: Any
    lines: Sequence[Any]


def read_order(ref: str, *, actor: Actor) -> Any:
    """The columns of the order that `find.get_order` would give; raises OrderNotFound.

    Of an appointment a worker is told no address and no number (booking.md 4).
    """
    order = _BY_REF.first(connection(), names_of(ref))
    if order is None or not may_see(actor, order):
        raise OrderNotFound
    if actor.role is Role.WORKER and order.starts_at is not None:
        return order._replace(email=None, email_key=None, phone=None)
    return order


def list_orders_of_nobody(email_key: str, *, after_id: int | None, limit: int) -> list[Shown]:
    """Orders that were placed without an account under this address, newest first (contract.md L3).

    `limit` of those older than the order `after_id`; two statements.
    """
    at = connection()
    before = _BEYOND_ALL if after_id is None else after_id
    orders = _OF_NOBODY.rows(at, {"email_key": email_key, "before": before, "limit": limit})
    lines: dict[int, list[Any]] = {order.id: [] for order in orders}
    if orders:
        for line in _LINES.rows(at, {"order_ids": list(lines)}):
            lines[line.order_id].append(line)
    return [Shown(order, lines[order.id]) for order in orders]
