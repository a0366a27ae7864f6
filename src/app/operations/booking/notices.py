"""What is told when an appointment is booked or moved; of its steps their commands tell (booking.md 4)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from app.models import Order
from app.operations.outbox.announce import ORDER_PLACED, announce, status_of
from app.operations.outbox.appointments import announce_move, remind


def announce_appointment(
    order: Order, event: Literal["booked", "rescheduled"], *, at: datetime
) -> None:
    """Tell of an appointment that was booked, whose hold was taken up, or that was moved; and remind of it.

    Called once its status and its time are what they will be. That it was confirmed with its
    booking is told by that command.
    """
    if event == "rescheduled":
        announce_move(order, at=at)
    else:
        announce(ORDER_PLACED, status_of(order, order.status))
        remind(order, at=at)
