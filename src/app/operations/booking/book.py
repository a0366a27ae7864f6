"""Booking an appointment: an order with a time, in one transaction with all that it takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update

from app.database import connection, db
from app.database.prepared import Prepared
from app.errors import Invalid, InvalidTransition
from app.models import Business, Order
from app.operations.actors import SYSTEM, Actor
from app.operations.booking.holds import HOLD_MINUTES, refuse_more_holds, refuse_more_visits
from app.operations.booking.notices import announce_appointment
from app.operations.booking.obstacles import WORDS, Reason
from app.operations.booking.offers import Offer, get_offer
from app.operations.booking.slots import Wish, lock_slot
from app.operations.calendars.claims import take
from app.operations.calendars.lanes import SQUEEZED, Span
from app.operations.calendars.resources import resource_of_customer
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.orders.once import Contact, Idempotency, get_contact, place_once
from app.operations.orders.place import new_order, price
from app.operations.services import match
from app.operations.tracks.commands import command_status

_INSTANT = timedelta(microseconds=1)
_LOCK_HELD = Prepared(
    update(Order)
    .where(
        Order.id == bindparam("order_id"),
        Order.status == "held",
        Order.hold_expires_at > bindparam("at"),
    )
    .values(version=Order.version + 1, updated_at=bindparam("now", type_=Order.updated_at.type))
)


def book_appointment(
    *,
    business: Business,
    service_id: int,
    start: int,
    worker_id: int | None = None,
    customer: int | Contact,
    contact: Contact | None = None,
    notes: str | None = None,
    channel: str,
    is_hold: bool = False,
    squeeze: str | None = None,
    at: datetime,
    actor: Actor,
) -> Order:
    """Book a visit that starts at an epoch minute, with a worker or with any; or hold it a while.

    `customer` is an account, or whoever else comes; that the actor may book for them, and may
    `squeeze` a visit in for a reason, is the caller's rule. What the business books itself, or
    confirms by its own rule, is confirmed at once (booking.md 4). Two visits never meet in one lane
    of a worker, a room or a customer: the claims' primary key decides (booking.md 2).
    Raises Invalid, PastBooking, ServiceNotFound, SlotUnavailable with the nearest free starts, and
    Conflict for one hold, or for customers themselves one appointment, more than they may have.
    """
    if squeeze is not None and (worker_id is None or is_hold):
        raise Invalid.field("worker_id", "A visit is squeezed in with a worker, and not held.")
    customer_id = None if isinstance(customer, Contact) else customer
    if isinstance(customer, Contact):
        contact = customer
    slot = lock_slot(
        Wish(
            business_id=business.id,
            service_id=service_id,
            start=start,
            worker_id=worker_id,
            own_id=None if customer_id is None else resource_of_customer(customer_id),
            is_squeezed=squeeze is not None,
        ),
        at=at,
    )
    if customer_id is not None and customer_id == actor.user_id:
        refuse_more_visits(business.id, customer_id, at=at)
    if is_hold and customer_id is not None:
        refuse_more_holds(business.id, customer_id, at=at)
    order = new_order(
        contact or get_contact(customer_id),
        channel=channel,
        customer_id=customer_id,
        instructions=notes,
        piece_count=1,
        business_id=business.id,
        currency=slot.offer.currency,
        status="held" if is_hold else "created",
        hold_expires_at=at + timedelta(minutes=HOLD_MINUTES) if is_hold else None,
        at=at,
        **slot.columns,
    )
    order.lines = price(order, [_priced(slot.offer)])
    db.session.add(order)
    db.session.flush()
    taken = take(order.id, slot.spans, is_squeezed=squeeze is not None)
    action = actions.APPOINTMENT_HELD if is_hold else actions.APPOINTMENT_BOOKED
    record(action, order, actor=actor, services=[service_id], **_lane(taken))
    if is_hold:
        return order
    if customer_id is None or customer_id != actor.user_id or squeeze is not None:
        _confirm(order, squeeze, at, actor)
    elif slot.offer.auto_confirm:
        _confirm(order, None, at, SYSTEM)
    announce_appointment(order, "booked", at=at)
    return order


def book_appointment_once(
    idempotency: Idempotency,
    *,
    customer: int | Contact,
    render: Callable[[Order], str],
    at: datetime,
    actor: Actor,
    **wishes: Any,
) -> Order | str:
    """Book as `book_appointment` does, or give the answer that the key was given first."""

    def place(contact: Contact) -> Order:
        own = contact if customer == actor.user_id else None
        return book_appointment(customer=customer, contact=own, at=at, actor=actor, **wishes)

    return place_once(idempotency, place, render=render, at=at, actor=actor)


def take_up_hold(order: Order, *, notes: str | None = None, at: datetime, actor: Actor) -> Order:
    """Book what is held: the time is the customer's already; to repeat it changes nothing.

    Raises InvalidTransition for a hold that has lapsed, and for what takes no visits any more: a
    business that was suspended meanwhile, a service that was withdrawn.
    """
    values = {"order_id": order.id, "at": at, "now": at}
    is_held = _LOCK_HELD.change(connection(), values) == 1
    order = db.session.get_one(Order, order.id, populate_existing=True)
    if not is_held:
        if order.status in ("created", "confirmed"):
            return order
        raise InvalidTransition("This time is not held any more.")
    offer = get_offer(order.business_id, order.service_id or 0)
    if not offer.is_open:
        raise InvalidTransition(WORDS[Reason.INACTIVE])
    if notes is not None:
        order.instructions = notes
    track = command_status(order, "created", reason=None, at=at, actor=actor)
    record(actions.APPOINTMENT_BOOKED, order, actor=actor, event_id=track.event_id)
    if offer.auto_confirm:
        _confirm(order, None, at, SYSTEM)
    announce_appointment(order, "booked", at=at)
    return order


def _confirm(order: Order, reason: str | None, at: datetime, actor: Actor) -> None:
    """A second change of an order that this transaction has locked or made, after its first."""
    order.version += 1
    if order.folded_at is not None:
        at = max(at, order.folded_at + _INSTANT)
    track = command_status(order, "confirmed", reason=reason, at=at, actor=actor)
    record(actions.APPOINTMENT_CONFIRMED, order, actor=actor, event_id=track.event_id)


def _priced(offer: Offer) -> match.Offer:
    return match.Offer(offer.service_id, offer.name, offer.price)


def _lane(taken: list[Span]) -> dict[str, Any]:
    """What the ledger says of the lane: that of the worker, where it was squeezed in."""
    lane = taken[0].lane or 0
    return {"lane": lane} if lane >= SQUEEZED else {}
