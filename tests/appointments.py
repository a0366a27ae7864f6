"""Appointments as tests meet them: over HTTP, at any time of their life, with what they take."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app import database
from app.http.application import Application
from app.models import Order, Segment
from app.operations.booking.book import book_appointment
from app.support import clock
from app.support.wall_time import minute_of
from app.support.words import ACTIVE_APPOINTMENT
from tests import factories
from tests.booking import Shop
from tests.booking_world import a_shop, as_customer, claims_of, complete, in_days, segments_of
from tests.factories import Customer

APPOINTMENTS = "/api/v1/appointments"
_numbers = itertools.count(1)


@dataclass
class Salon:
    """A business with its owner, and a customer of it."""

    shop: Shop
    owner: Customer
    ada: Customer
    client: FlaskClient

    def post(self, ref: str, step: str, who: Customer, body: Any = None, **headers: str) -> Any:
        """Take a step."""
        path = f"{APPOINTMENTS}/{ref}/{step}"
        return self.client.post(path, json=body or {}, headers=who.headers | headers)

    def show(self, ref: str, who: Customer) -> Any:
        return self.client.get(f"{APPOINTMENTS}/{ref}", headers=who.headers)

    def book(self, start: int | None = None, **more: Any) -> Order:
        """Ada's appointment, in a week unless it is said otherwise."""
        return visit(self.shop, self.ada.id, in_days() if start is None else start, **more)

    def book_begun(self, minutes: int = 10, **more: Any) -> Order:
        """Ada's appointment that began some minutes ago, and was booked two hours before."""
        start = (minute_of(clock.now()) - minutes) // 5 * 5
        more.setdefault("at", clock.now() - timedelta(minutes=max(minutes, 0) + 120))
        return visit(self.shop, self.ada.id, start, **more)


def salon(app: Application, workers: int = 1, **more: Any) -> Salon:
    """An approved business that is open around the clock."""
    owner = factories.sign_up(app, f"owner{next(_numbers)}@example.com", name="Olga")
    ada = factories.sign_up(app, f"ada{next(_numbers)}@example.com", name="Ada", phone="555 0100")
    values = {"owner_id": owner.id, "hours": [(day, 0, 1440) for day in range(7)], **more}
    return Salon(a_shop(workers, **values), owner, ada, app.test_client())


def visit(shop: Shop, customer_id: int, start: int, **more: Any) -> Order:
    values: dict[str, Any] = {
        "service_id": shop.service.id,
        "channel": "v1",
        "at": clock.now(),
        "actor": as_customer(customer_id),
    }
    return database.replaying(
        lambda: book_appointment(
            business=shop.business, customer=customer_id, start=start, **{**values, **more}
        )
    )


def order_now(order_id: int) -> Order:
    """The order as it is stored now."""
    with database.transaction(write=False) as session:
        order = session.get_one(Order, order_id, populate_existing=True)
        session.expunge(order)
    return order


def assert_claims_fit(order_id: int) -> Order:
    """Active <=> complete claims: those of all its segments, from its first minute to its last."""
    order = order_now(order_id)
    with database.transaction(write=False):
        claims, segments = claims_of(order_id), segments_of(order_id)
    assert claims == complete(segments)
    assert order.starts_at is not None
    assert order.ends_at is not None
    if order.status in ACTIVE_APPOINTMENT:
        assert segments, order.status
        for _, _, start, end in segments:
            assert start <= minute_of(order.starts_at)
            assert end >= minute_of(order.ends_at)
    elif order.status != "completed":
        assert not segments, order.status
    return order


def taken_until(order_id: int) -> int | None:
    """The epoch minute until which an order takes anything."""
    with database.transaction(write=False) as session:
        ends = session.scalars(select(Segment.busy_end).where(Segment.order_id == order_id)).all()
    return max(ends, default=None)
