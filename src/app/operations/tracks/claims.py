"""What a status does to an appointment's place in the calendars: the one door, whoever sets it."""

from __future__ import annotations

from typing import Final

from app.database import db
from app.errors import SlotUnavailable
from app.models import Order
from app.operations.calendars.again import take_again
from app.operations.calendars.claims import free
from app.operations.tracks.fold import State
from app.support.wall_time import minute_reached
from app.support.words import ACTIVE_APPOINTMENT

SLOT_TAKEN: Final = "slot_taken"
_COMPLETED: Final = "completed"


def follow(order_id: int, before: str, state: State) -> bool:
    """Let a locked appointment's claims follow its status from `before`: active <=> complete claims.

    What is over frees all of them, what is completed what lies after its end. False when it would
    be active again, and its time is somebody else's.
    """
    after = state.status
    if after == before or {before, after} <= ACTIVE_APPOINTMENT:
        return True
    if after == _COMPLETED:
        free(order_id, after=minute_reached(state.since))
        return True
    free(order_id)
    if after not in ACTIVE_APPOINTMENT:
        return True
    order = db.session.get(Order, order_id)
    return order is not None and take_again(order)


def must_follow(order_id: int, before: str, state: State) -> None:
    """As `follow`; raises SlotUnavailable where its time is somebody else's."""
    if not follow(order_id, before, state):
        raise SlotUnavailable("Its time was given to somebody else.")
