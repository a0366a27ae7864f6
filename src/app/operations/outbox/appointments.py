"""What is told of appointments, and the reminders of those that are still to come (booking.md 4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import bindparam, select

from app.database import connection
from app.database.prepared import Prepared
from app.models import Order
from app.operations.outbox.announce import STATUS_CHANGED, Event, News, announce, status_of
from app.support.clock import instant_text

REMINDER: Final = "appointment.reminder"
"""Whatever its state says when it is due, it is looked at again before it is sent."""

_REMINDED: Final = (timedelta(hours=24), timedelta(hours=2))
_TOLD: Final[Mapping[str, Event]] = MappingProxyType(
    {
        "confirmed": "appointment.confirmed",
        "cancelled": "appointment.cancelled",
        "no_show": "appointment.no_show",
    }
)
_UNTOLD: Final = frozenset({"held", "expired"})
_COMING: Final = frozenset({"created", "confirmed"})

_STATE = Prepared(
    select(Order.status, Order.sequence, Order.starts_at, Order.deleted_at).where(
        Order.id == bindparam("order_id")
    )
)


def announce_status(order: Order) -> None:
    """Tell of the status to which an order, an appointment or not, has just come."""
    if order.starts_at is None or order.status not in _TOLD:
        if order.status not in _UNTOLD:
            announce(STATUS_CHANGED, status_of(order, order.status))
        return
    announce(_TOLD[order.status], _news(order, str(order.sequence)))


def announce_move(order: Order, *, at: datetime) -> None:
    """Tell that an appointment was rescheduled, and remind of its new time."""
    announce("appointment.rescheduled", _news(order, str(order.sequence)))
    remind(order, at=at)


def remind(order: Order, *, at: datetime) -> None:
    """Have its customer reminded of an appointment 24 and 2 hours before, as far as these are to come."""
    if order.starts_at is None:
        raise ValueError("this order is no appointment")
    announce(
        "appointment.reminder",
        *(
            _news(
                order, f"{ahead // timedelta(hours=1)}h:{order.sequence}", order.starts_at - ahead
            )
            for ahead in _REMINDED
            if order.starts_at - ahead > at
        ),
    )


def remind_again(order: Order, *, at: datetime) -> None:
    """The same of an appointment that was called off, and is to come again: its `sequence` is another."""
    if order.starts_at is not None and order.status in _COMING:
        remind(order, at=at)


def is_still_true(subject_id: int, payload: str, *, at: datetime) -> bool:
    """Whether a reminder may be sent: not of what was moved, cancelled, or has begun."""
    said = json.loads(payload)
    order = _STATE.first(connection(), {"order_id": subject_id})
    return (
        order is not None
        and order.deleted_at is None
        and order.status in _COMING
        and order.sequence == said["sequence"]
        and order.starts_at > at
        and instant_text(order.starts_at) == said["starts_at"]
    )


def _news(order: Order, says: str, due_at: datetime | None = None) -> News:
    payload: dict[str, Any] = {
        "order_number": order.order_number,
        "status": order.status,
        "sequence": order.sequence,
        "starts_at": order.starts_at and instant_text(order.starts_at),
        "local_start": order.local_start,
        "timezone": order.timezone,
    }
    return News(order.id, says, payload, due_at)
