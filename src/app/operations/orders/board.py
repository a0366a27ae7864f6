"""The open orders by status, as the board shows them: how many, and the ones that came last.

Appointments are no work that waits: they stand in calendars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Subquery, func, literal, select, union_all

from app.database import db
from app.models import Order
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only

OPEN = ("created", "picked_up", "processing", "completed")
SHOWN = 6
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Lane:
    """The orders of one status: `count` stops at MOST_COUNTED, `newest` at SHOWN."""

    status: str
    count: int
    newest: Sequence[Order]


def list_lanes(*, actor: Actor) -> list[Lane]:
    """The lanes of the open statuses, in their order; two statements."""
    admins_only(actor)
    newest = union_all(*(select(_ids(status, SHOWN).c.id) for status in OPEN)).subquery("newest")
    query = select(Order).join(newest, newest.c.id == Order.id).order_by(Order.id.desc())
    orders = db.session.scalars(query).all()
    counts = _count()
    return [
        Lane(status, counts[status], [order for order in orders if order.status == status])
        for status in OPEN
    ]


def _count() -> dict[str, int]:
    each = (
        select(literal(status), func.count()).select_from(_ids(status, MOST_COUNTED))
        for status in OPEN
    )
    return dict(iter(db.session.execute(union_all(*each))))


def _ids(status: str, most: int) -> Subquery:
    ids = select(Order.id).where(
        Order.status == status, Order.starts_at.is_(None), Order.deleted_at.is_(None)
    )
    hinted = ids.with_hint(Order, "FORCE INDEX (ix_orders_status_starts_at_id)", "mysql")
    return hinted.order_by(Order.id.desc()).limit(most).subquery()
