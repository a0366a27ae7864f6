"""Appointments for tests: a business of tests/booking.py, its customers, and what is booked there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app import database
from app.database import db
from app.models import Claim, Order, Segment
from app.operations.actors import SYSTEM, Actor, Role
from app.operations.booking.book import book_appointment
from app.operations.orders.once import Contact
from app.support import clock
from app.support.wall_time import minute_of
from tests import booking
from tests.booking import Shop

WALK_IN = Contact("Walk-in", None, "+48 600 000 000")


def a_shop(workers: int = 1, **more: Any) -> Shop:
    """A business that is open from nine to five every day, where a visit may start every 5 minutes."""
    return booking.shop(workers, **{"slot_step_minutes": 5, **more})


def a_day(days: int) -> date:
    """The day (UTC) so many days ahead."""
    return (clock.now() + timedelta(days=days)).date()


def in_days(days: int = 7, hour: int = 10, minute: int = 0) -> int:
    """The epoch minute of a time of day (UTC) some days ahead."""
    day = a_day(days)
    return minute_of(datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC))


def as_customer(user_id: int) -> Actor:
    return Actor(Role.CUSTOMER, user_id=user_id, label=f"customer {user_id}")


def as_owner(user_id: int) -> Actor:
    return Actor(Role.CUSTOMER, user_id=user_id, label=f"owner {user_id}", is_owner=True)


def book(shop: Shop, customer: int | Contact, start: int, **more: Any) -> Order:
    """Book as a customer does, or hold it; in a transaction of its own."""
    values: dict[str, Any] = {
        "service_id": shop.service.id,
        "channel": "v1",
        "at": clock.now(),
        "actor": as_customer(customer) if isinstance(customer, int) else SYSTEM,
    }
    return database.replaying(
        lambda: book_appointment(
            business=shop.business, customer=customer, start=start, **{**values, **more}
        )
    )


def claims_of(order_id: int) -> set[tuple[int, int, int]]:
    """The resource, bucket and lane of each."""
    columns = select(Claim.resource_id, Claim.bucket, Claim.lane)
    return {tuple(row) for row in db.session.execute(columns.where(Claim.order_id == order_id))}


def segments_of(order_id: int) -> set[tuple[int, int, int, int]]:
    """The resource, lane, start and end of each."""
    columns = select(Segment.resource_id, Segment.lane, Segment.busy_start, Segment.busy_end)
    return {tuple(row) for row in db.session.execute(columns.where(Segment.order_id == order_id))}


def complete(segments: set[tuple[int, int, int, int]]) -> set[tuple[int, int, int]]:
    """The claims that these segments need."""
    return {
        (resource, bucket, lane)
        for resource, lane, start, end in segments
        for bucket in range(start // 5, end // 5)
    }
