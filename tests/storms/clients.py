"""Whoever books in a storm by the operations themselves, each request in its own transaction."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import update

from app import database
from app.database import REPLAYS, Replay, db
from app.database.guard import UNRECORDED
from app.errors import AppError, Unavailable
from app.models import Order
from app.operations.booking.book import book_appointment, book_appointment_once, take_up_hold
from app.operations.booking.life import cancel_appointment, confirm_appointment
from app.operations.booking.move import reschedule_appointment
from app.operations.booking.time_off import add_time_off, remove_time_off
from app.operations.orders.find import get_numbered_order
from app.operations.orders.once import Idempotency
from app.support import clock
from app.support.wall_time import instant_of
from tests.booking_world import as_customer, as_owner
from tests.storms.stage import Stage, business_of
from tests.storms.told import OK, Told

T = TypeVar("T")
HELD_SECONDS = 1.5
MOST_TRIES = 12
Pause = Callable[[], object]


class Inside:
    """A client that calls the operations in a process of its own."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.owner = as_owner(stage.owner_id)

    def tell(self, told: Told, work: Callable[[], T]) -> T | None:
        """Do it as a request is done, and again while the database is busy; note how it ended."""
        told.begun = time.time()
        try:
            for _ in range(MOST_TRIES):
                with suppress(Unavailable):
                    return self._replayed(told, work)
            told.outcome = Unavailable.code
        except AppError as refusal:
            told.outcome = refusal.code
        finally:
            told.ended = time.time()
        return None

    @staticmethod
    def _replayed(told: Told, work: Callable[[], T]) -> T:
        for left in range(REPLAYS, -1, -1):
            try:
                with database.transaction():
                    found = work()
                told.outcome = OK
                return found
            except Replay as replay:
                told.replays += 1
                told.deadlocks += "1213" in str(replay.__cause__)
                if not left:
                    raise replay.refusal(is_keyed=True) from replay
        raise AssertionError("unreachable")

    def book(self, told: Told, *, key: str | None = None, pause: Pause | None = None) -> None:
        """Book or hold; a `pause` comes just before."""
        if pause is not None:
            pause()
        is_hold = told.kind == "hold"

        def work() -> Order | str:
            wishes: dict[str, Any] = {
                "business": business_of(self.stage),
                "service_id": told.service_id,
                "start": told.start,
                "worker_id": told.worker_id,
                "customer": told.customer_id,
                "channel": "v1",
                "is_hold": is_hold,
                "at": clock.now(),
                "actor": as_customer(told.customer_id or 0),
            }
            if key is None:
                order = book_appointment(**wishes)
                return _shorten(order) if is_hold and told.round is None else order
            once = Idempotency("POST /storm", key, b"1" * 32)
            return book_appointment_once(once, render=lambda one: one.order_number, **wishes)

        found = self.tell(told, work)
        if isinstance(found, Order):
            told.order, told.worker_id = found.order_number, found.worker_id
            told.ends = found.hold_expires_at and found.hold_expires_at.timestamp()
        elif found is not None:
            told.order = found

    def _order(self, number: str) -> Order:
        return get_numbered_order(number)

    def take_up(self, told: Told) -> None:
        actor = as_customer(told.customer_id or 0)
        self.tell(
            told, lambda: take_up_hold(self._order(told.order or ""), at=clock.now(), actor=actor)
        )

    def move(self, told: Told) -> None:
        actor = as_customer(told.customer_id or 0)

        def work() -> Order:
            order = self._order(told.order or "")
            return reschedule_appointment(
                order, start=told.start, worker_id=told.worker_id, at=clock.now(), actor=actor
            )

        moved = self.tell(told, work)
        if moved is not None:
            told.worker_id = moved.worker_id

    def cancel(self, told: Told) -> None:
        actor = as_customer(told.customer_id or 0)
        self.tell(told, lambda: cancel_appointment(told.order or "", at=clock.now(), actor=actor))

    def confirm(self, told: Told) -> None:
        self.tell(
            told, lambda: confirm_appointment(told.order or "", at=clock.now(), actor=self.owner)
        )

    def be_away(self, told: Told) -> None:
        """A worker's time off; `order` is its id."""

        def work() -> str:
            away, _ = add_time_off(
                business_of(self.stage),
                told.worker_id or 0,
                starts_at=instant_of(told.start),
                ends_at=instant_of(told.end),
                reason=None,
                at=clock.now(),
                actor=self.owner,
            )
            return str(away.id)

        told.order = self.tell(told, work)

    def be_back(self, told: Told) -> None:
        def work() -> None:
            remove_time_off(
                business_of(self.stage),
                int(told.order or 0),
                at=clock.now(),
                actor=self.owner,
            )

        self.tell(told, work)


def _shorten(order: Order) -> Order:
    """Let a hold lapse while the storm is on."""
    told = {"hold_expires_at": clock.now() + timedelta(seconds=HELD_SECONDS)}
    changed = update(Order).where(Order.id == order.id).values(told)
    db.session.execute(changed, execution_options=UNRECORDED)
    return order
