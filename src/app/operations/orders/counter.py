"""Placing an order at the counter: an admin's doing, for a customer or for somebody without account."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.database import db
from app.errors import IdempotencyConflict
from app.models import IdempotencyKey, Order
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.customers.find import get_customer
from app.operations.orders.find import get_numbered_order
from app.operations.orders.once import Contact
from app.operations.orders.place import place_order

ROUTE = "POST /admin/orders/new"
CHANNEL = "admin"


def place_at_counter(
    *,
    key: str,
    services: Sequence[int | str],
    contact: Contact,
    customer_id: int | None,
    pickup_date: str | None,
    instructions: str | None,
    piece_count: int,
    at: datetime,
    actor: Actor,
) -> Order:
    """Place an order once for each form that was opened, which `key` names.

    It is nobody's unless the admin named the customer: an address alone does not say whose an
    order is. Raises IdempotencyConflict when the form was sent before with other content,
    NotFound, and Invalid for a service that is not on offer.
    """
    admins_only(actor)
    wishes = [list(services), contact.name, contact.email, contact.phone, customer_id]
    said = json.dumps([*wishes, pickup_date, instructions, piece_count])
    digest = hashlib.sha256(said.encode()).digest()
    names = {"user_id": actor.user_id, "route": ROUTE, "key": key}
    first = db.session.scalar(select(IdempotencyKey).filter_by(**names))
    if first is not None:
        if first.body_digest != digest:
            raise IdempotencyConflict("You placed an order with this form already.")
        return get_numbered_order(first.answer)
    order = place_order(
        services=services,
        contact=contact,
        customer_id=customer_id and get_customer(customer_id, actor=actor).id,
        pickup_date=pickup_date,
        instructions=instructions,
        piece_count=piece_count,
        channel=CHANNEL,
        at=at,
        actor=actor,
    )
    answer = order.order_number
    db.session.add(IdempotencyKey(**names, body_digest=digest, answer=answer, created_at=at))
    db.session.flush()
    return order
