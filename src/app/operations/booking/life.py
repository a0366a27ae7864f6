"""What happens to an appointment once it is booked, but for its moves (booking.md 4).

Each step is one conditional update: its calendars are locked, then the order with the status that
was read. Repeating a step gives the same answer and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.errors import Invalid, InvalidTransition, PermissionDenied, PreconditionFailed
from app.models import Order
from app.operations.actors import Actor
from app.operations.booking.book import take_up_hold
from app.operations.booking.move import reschedule_appointment
from app.operations.booking.reaching import Appointment, get_appointment
from app.operations.calendars.locking import lock_calendars_of
from app.operations.ledger.actions import Action
from app.operations.ledger.record import record
from app.operations.orders.steps import check_customers_time, check_step, end_of, word_of
from app.operations.tracks.commands import command_status
from app.operations.tracks.lock import lock_seen_appointment

_INSTANT = timedelta(microseconds=1)


def confirm_appointment(
    ref: str, *, seen_version: int | None = None, at: datetime, actor: Actor
) -> Appointment:
    """Say that the business expects its customer; its owner, its managers and admins may.

    Of what is only held, its customer says that they book it. Raises AppointmentNotFound,
    PermissionDenied, InvalidTransition, PreconditionFailed.
    """
    seen = get_appointment(ref, actor=actor)
    is_held = seen.order.hold_expires_at is not None
    if seen.is_own and is_held and (seen.order.status == "held" or not seen.is_managed):
        _not_changed(seen, seen_version)
        return seen._replace(order=take_up_hold(seen.order, at=at, actor=actor))
    return _step(ref, "confirmed", seen_version=seen_version, at=at, actor=actor)


def cancel_appointment(
    ref: str,
    *,
    reason: str | None = None,
    seen_version: int | None = None,
    at: datetime,
    actor: Actor,
) -> Appointment:
    """Call an appointment off, and give its time back; or let go of what is held.

    Its customer may until the business's cutoff; owner, managers and admins at any time, with a
    reason. What was held was never booked: it expires, and nobody is told. Raises
    AppointmentNotFound, PermissionDenied, Invalid, InvalidTransition and PreconditionFailed.
    """
    return _step(ref, "cancelled", reason=reason, seen_version=seen_version, at=at, actor=actor)


def mark_no_show(
    ref: str, *, seen_version: int | None = None, at: datetime, actor: Actor
) -> Appointment:
    """Say that nobody came, once it should have begun; owner, managers and admins.

    A check-in that was made before and arrives later takes it back. Raises as `confirm_appointment`.
    """
    return _step(ref, "no_show", seen_version=seen_version, at=at, actor=actor)


def complete_appointment(
    ref: str,
    *,
    reason: str | None = None,
    seen_version: int | None = None,
    at: datetime,
    actor: Actor,
) -> Appointment:
    """Say by hand that it was performed, where a scan is missing; owner, managers and admins.

    Raises as `confirm_appointment`.
    """
    return _step(ref, "completed", reason=reason, seen_version=seen_version, at=at, actor=actor)


def move_appointment(
    ref: str,
    *,
    start: Callable[[ZoneInfo], int],
    worker_id: int | None = None,
    seen_version: int | None = None,
    at: datetime,
    actor: Actor,
) -> Appointment:
    """Give an appointment another time or another worker; `start` says when, by the business's clock.

    Its customer may until the business's cutoff; owner, managers and admins at any time. Raises
    what `reschedule_appointment` does, AppointmentNotFound, PermissionDenied, PreconditionFailed.
    """
    seen = get_appointment(ref, actor=actor)
    if seen.side == "worker":
        raise PermissionDenied
    minute = start(ZoneInfo(seen.business.timezone))
    _not_changed(seen, seen_version)
    if seen.side == "customer":
        check_customers_time(seen.order, at=at)
    reschedule_appointment(seen.order, start=minute, worker_id=worker_id, at=at, actor=actor)
    return get_appointment(ref, actor=actor)


def _not_changed(seen: Appointment, version: int | None) -> None:
    if version not in (None, seen.order.version):
        raise PreconditionFailed


def _step(
    ref: str,
    status: str,
    *,
    reason: str | None = None,
    seen_version: int | None,
    at: datetime,
    actor: Actor,
) -> Appointment:
    seen = get_appointment(ref, actor=actor)
    order = seen.order
    if seen.side == "worker":
        raise PermissionDenied
    is_customer = seen.side == "customer"
    if is_customer and status != "cancelled":
        raise PermissionDenied
    if order.status == status or (order.status, status) == ("expired", "cancelled"):
        return seen
    _not_changed(seen, seen_version)
    if status == "cancelled" and seen.side == "business" and not reason:
        raise Invalid.field("reason", "This field is required.")
    is_forced = check_step(
        order, status, reason=reason, as_customer=is_customer, at=at, actor=actor
    )
    status = end_of(order, status)
    take_step(
        order,
        status,
        reason=reason,
        word=word_of(status, is_forced=is_forced),
        is_forced=is_forced,
        at=at,
        actor=actor,
    )
    return seen


def take_step(
    order: Order,
    status: str,
    *,
    word: Action,
    reason: str | None = None,
    is_forced: bool = False,
    at: datetime,
    actor: Actor,
) -> None:
    """Take a step that its caller has allowed, from the status that was read.

    It comes after all that is folded: what was read is what it was decided by. Whoever takes
    another step at the same time makes this one's request run again.
    """
    lock_calendars_of(order.id)
    order = lock_seen_appointment(order)
    if order.folded_at is not None:
        at = max(at, order.folded_at + _INSTANT)
    track = command_status(order, status, reason=reason, is_forced=is_forced, at=at, actor=actor)
    if order.status != status:
        raise InvalidTransition(f"The appointment is {order.status}.")
    record(word, order, actor=actor, event_id=track.event_id)
