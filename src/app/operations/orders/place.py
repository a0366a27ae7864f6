"""Placing an order: prices of the moment, a number and a label code, once for each key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.database import db
from app.errors import Invalid
from app.models import Order, OrderLine
from app.operations.actors import Actor
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.orders.once import Contact, Idempotency, get_contact, place_once
from app.operations.outbox.announce import ORDER_PLACED, announce, status_of
from app.operations.services.match import Offer, match_services
from app.support.emails import loose_email
from app.support.label_codes import new_label_code, new_order_number

MOST_SERVICES = 20
LONGEST_SERVICE_NAME = 512


def place_order(
    *,
    services: Sequence[int | str],
    contact: Contact | None = None,
    customer_id: int | None = None,
    pickup_date: str | None = None,
    instructions: str | None = None,
    piece_count: int = 1,
    channel: str,
    at: datetime,
    actor: Actor,
) -> Order:
    """Place an order for the actor's account, or for nobody's when there is none.

    An admin places it for the account `customer_id`, or for nobody's. Without a `contact` the
    account's own is taken. The price is the sum of the services' (contract.md 1.7). A number or label code that is taken already replays the request.
    Raises Invalid for a service that is not on offer.
    """
    order = new_order(
        contact or get_contact(actor.user_id),
        channel=channel,
        customer_id=customer_id if actor.is_admin else actor.user_id,
        pickup_date=pickup_date,
        instructions=instructions,
        piece_count=piece_count,
        at=at,
    )
    order.lines = price(order, match_services(services))
    db.session.add(order)
    record(
        actions.ORDER_CREATED,
        order,
        actor=actor,
        services=[line.service_id for line in order.lines],
    )
    announce(ORDER_PLACED, status_of(order, order.status))
    return order


def place_order_once(
    idempotency: Idempotency,
    *,
    render: Callable[[Order], str],
    at: datetime,
    actor: Actor,
    **wishes: Any,
) -> Order | str:
    """Place an order as `place_order` does, or give the answer that the key was given first."""

    def place(contact: Contact) -> Order:
        return place_order(contact=contact, at=at, actor=actor, **wishes)

    return place_once(idempotency, place, render=render, at=at, actor=actor)


def new_order(contact: Contact, *, at: datetime, **columns: Any) -> Order:
    """An order as each begins: with a number, a label code and its first version."""
    return Order(
        order_number=new_order_number(),
        label_code=new_label_code(),
        name=contact.name,
        email=contact.email,
        email_key=contact.email and loose_email(contact.email),
        phone=contact.phone,
        version=1,
        **{"status": "created", **columns},
        status_since=at,
        created_at=at,
        updated_at=at,
    )


def price(order: Order, services: Sequence[Offer]) -> list[OrderLine]:
    """Set an order's services and total to the prices of now, and return its lines.

    Raises Invalid for more services than an order can show.
    """
    names = ", ".join(service.name for service in services)
    if len(services) > MOST_SERVICES or len(names) > LONGEST_SERVICE_NAME:
        raise Invalid.field("service_id", f"An order holds at most {MOST_SERVICES} services.")
    order.service_id = services[0].id if len(services) == 1 else None
    order.service_name = names
    order.total_cost = sum((service.price for service in services), Decimal(0))
    return [
        OrderLine(position=position, service_id=service.id, name=service.name, price=service.price)
        for position, service in enumerate(services)
    ]
