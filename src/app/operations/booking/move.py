"""Moving an appointment: one swap of what it takes; it stays the same order (booking.md 2)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from app.errors import AppointmentNotFound, InvalidTransition
from app.models import Order
from app.operations.actors import Actor
from app.operations.booking.notices import announce_appointment
from app.operations.booking.slots import Wish, lock_slot
from app.operations.calendars.claims import free, take
from app.operations.calendars.locking import calendars_of
from app.operations.calendars.resources import resource_of_customer
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.tracks.lock import lock_seen_appointment
from app.support.wall_time import minute_of

MOVABLE: Final = frozenset({"created", "confirmed"})


def reschedule_appointment(
    order: Order, *, start: int, worker_id: int | None = None, at: datetime, actor: Actor
) -> Order:
    """Move an appointment to another epoch minute, or to another worker; without one it keeps its own.

    It is as long as it was, costs what it did, and is confirmed if it was; `sequence` counts its
    moves. To repeat a move changes nothing. That the actor may is the caller's rule. Raises
    InvalidTransition for what is over, and what `lock_slot` does; what was changed meanwhile makes
    the request run again.
    """
    if order.starts_at is None or order.ends_at is None or order.service_id is None:
        raise AppointmentNotFound
    if order.status not in MOVABLE:
        raise InvalidTransition("This appointment cannot be moved any more.")
    present = minute_of(order.starts_at)
    worker_id = worker_id or order.worker_id
    if (present, order.worker_id) == (start, worker_id):
        return order
    customer_id = order.customer_id
    slot = lock_slot(
        Wish(
            business_id=order.business_id,
            service_id=order.service_id,
            start=start,
            worker_id=worker_id,
            own_id=None if customer_id is None else resource_of_customer(customer_id),
            moving=order.id,
            duration=minute_of(order.ends_at) - present,
            leaving=calendars_of(order.id),
        ),
        at=at,
    )
    order = lock_seen_appointment(order)
    free(order.id)
    take(order.id, slot.spans)
    for column, value in slot.columns.items():
        setattr(order, column, value)
    order.sequence += 1
    record(actions.APPOINTMENT_RESCHEDULED, order, actor=actor)
    announce_appointment(order, "rescheduled", at=at)
    return order
