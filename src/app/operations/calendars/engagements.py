"""What a business or one of its workers has still promised to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from app.database import db
from app.errors import Conflict
from app.models import Order
from app.support.free_time import LONGEST_VISIT_MINUTES
from app.support.words import ACTIVE_APPOINTMENT

MOST_NAMED: Final = 20
_LONGEST = timedelta(minutes=LONGEST_VISIT_MINUTES)


def list_engagements(
    business_id: int, *, worker_id: int | None = None, at: datetime
) -> Sequence[str]:
    """The numbers of active appointments that are not over, the next first, some of them at most."""
    query = (
        select(Order.order_number)
        .where(
            Order.business_id == business_id,
            Order.starts_at > at - _LONGEST,
            Order.ends_at > at,
            Order.status.in_(ACTIVE_APPOINTMENT),
        )
        .order_by(Order.starts_at, Order.id)
        .limit(MOST_NAMED)
    )
    if worker_id is not None:
        query = query.where(Order.worker_id == worker_id)
    return db.session.scalars(query).all()


def refuse_engaged(business_id: int, *, worker_id: int | None = None, at: datetime) -> None:
    """Raise Conflict while there are appointments to come; its details name them."""
    if numbers := list_engagements(business_id, worker_id=worker_id, at=at):
        raise Conflict(
            "There are appointments to come: cancel or move them first.",
            details={"appointments": list(numbers)},
        )
