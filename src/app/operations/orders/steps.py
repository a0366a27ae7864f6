"""The steps of an appointment's life: from where each may be taken, when, and by whom (booking.md 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from app.database import db
from app.errors import InvalidTransition, PermissionDenied
from app.models import Business, Order
from app.operations.actors import Actor
from app.operations.ledger import actions
from app.operations.ledger.actions import Action
from app.operations.tracks.visits import WINDOW
from app.support.words import APPOINTMENT_STATUSES, STATUSES

_FROM: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "confirmed": frozenset({"created"}),
        "processing": frozenset({"created", "confirmed"}),
        "completed": frozenset({"created", "confirmed", "processing"}),
        "cancelled": frozenset({"held", "created", "confirmed", "processing"}),
        "no_show": frozenset({"created", "confirmed"}),
    }
)
_NOT_BEFORE: Final[Mapping[str, timedelta]] = MappingProxyType(
    {"processing": WINDOW, "completed": WINDOW, "no_show": timedelta()}
)
"""How long before its start a step may be taken by hand."""

_SETTABLE: Final = frozenset(_FROM) | {"created"}
_CUSTOMERS: Final = frozenset({"held", "created", "confirmed"})
_WORDS: Final[Mapping[str, Action]] = MappingProxyType(
    {
        "confirmed": actions.APPOINTMENT_CONFIRMED,
        "cancelled": actions.ORDER_CANCELLED,
        "no_show": actions.APPOINTMENT_NO_SHOW,
        "expired": actions.APPOINTMENT_EXPIRED,
    }
)


def settable(order: Order) -> Sequence[str]:
    """The statuses that an admin may set by hand, in the order of a life."""
    if order.starts_at is None:
        return tuple(STATUSES)
    return tuple(word for word in APPOINTMENT_STATUSES if word in _SETTABLE)


def check_step(
    order: Order,
    status: str,
    *,
    reason: str | None,
    as_customer: bool,
    at: datetime,
    actor: Actor,
) -> bool:
    """Whether a step leaves the path of an appointment's life: only an admin may, with a reason.

    Its customer may do nothing but cancel, until the business's cutoff; what is only held is not
    booked, and they may let it go at any time. Of anybody else the caller has shown that they run
    the business. Raises PermissionDenied, InvalidTransition.
    """
    if as_customer:
        if status != "cancelled":
            raise PermissionDenied
        if order.status != "held":
            check_customers_time(order, at=at)
        return False
    if status not in _SETTABLE:
        raise InvalidTransition("An appointment has no such status.")
    ahead = _NOT_BEFORE.get(status)
    is_time = ahead is None or at >= _start(order) - ahead
    if order.status in _FROM.get(status, frozenset()) and is_time:
        return False
    if not actor.is_admin:
        raise InvalidTransition(
            f"An appointment that is {order.status} cannot become {status} now."
        )
    if not reason:
        raise InvalidTransition(
            f"From {order.status} to {status} leaves an appointment's path: give a reason.",
            details={"reason": ["This field is required."]},
        )
    return True


def check_customers_time(order: Order, *, at: datetime) -> None:
    """Raise InvalidTransition when its customer can neither cancel nor move an appointment any more.

    What is only held they let go at any time.
    """
    if order.status not in _CUSTOMERS:
        raise InvalidTransition(f"The appointment is {order.status}: it can no longer be changed.")
    business = db.session.get(Business, order.business_id)
    cutoff = 0 if business is None else business.cancel_cutoff_minutes
    if order.status != "held" and at > cancel_until(order, cutoff):
        raise InvalidTransition("It is too late to change this appointment: call the business.")


def end_of(order: Order, status: str) -> str:
    """What a step comes to: a hold that is called off was never booked, and expires.

    So nobody is told of it, and no list, feed or figure has it.
    """
    return "expired" if (order.status, status) == ("held", "cancelled") else status


def cancel_until(order: Order, cutoff_minutes: int) -> datetime:
    """Until when its customer may cancel or move an appointment."""
    return _start(order) - timedelta(minutes=cutoff_minutes)


def word_of(status: str, *, is_forced: bool) -> Action:
    """The ledger's word for an appointment's step."""
    return actions.ORDER_FORCED if is_forced else _WORDS.get(status, actions.ORDER_UPDATED)


def _start(order: Order) -> datetime:
    if order.starts_at is None:
        raise ValueError("this order is no appointment")
    return order.starts_at
