"""What it means that an order is late, for the count and for the list."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_

from app.models import Order

UNFINISHED = ("created", "picked_up", "processing")


def is_late(*, at: datetime, zone: ZoneInfo) -> ColumnElement[bool]:
    """The pickup day, as the business's calendar has it, is over, and the order is not ready.

    Pickup dates are stored as canonical texts (support/dates.py): a day and a naive time begin
    with their day, an instant ends in `Z` and is compared with the business's midnight in UTC.
    """
    today = at.astimezone(zone).date()
    midnight = datetime(today.year, today.month, today.day, tzinfo=zone).astimezone(UTC)
    is_instant = Order.pickup_date.endswith("Z")
    return and_(
        Order.status.in_(UNFINISHED),
        Order.deleted_at.is_(None),
        or_(
            and_(~is_instant, Order.pickup_date < today.isoformat()),
            and_(is_instant, Order.pickup_date < f"{midnight:%Y-%m-%dT%H:%M:%S}"),
        ),
    )
