"""Placing an order: prices of the moment, a number and a label code, once for each key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from app.database import connection, db
from app.database.prepared import Prepared
from app.errors import IdempotencyConflict, Invalid
from app.models import IdempotencyKey, Order, OrderLine, User
from app.operations.actors import Actor
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.outbox.announce import ORDER_PLACED, announce
from app.operations.services.match import Offer, match_services
from app.support.emails import loose_email
from app.support.label_codes import new_label_code, new_order_number

MOST_SERVICES = 20
LONGEST_SERVICE_NAME = 512

_account = select(User.name, User.email, User.phone).where(User.id == bindparam("user_id"))
_ACCOUNT = Prepared(_account)
_ACCOUNT_AND_KEY = Prepared(
    _account.add_columns(IdempotencyKey.body_digest, IdempotencyKey.answer).outerjoin(
        IdempotencyKey,
        (IdempotencyKey.user_id == User.id)
        & (IdempotencyKey.route == bindparam("route"))
        & (IdempotencyKey.key == bindparam("key")),
    )
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom an order is for, as given."""

    name: str
    email: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A client's key; `digest` is the SHA-256 of the body that it stands for."""

    route: str
    key: str
    digest: bytes


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
    if contact is None:
        (account,) = _ACCOUNT.rows(connection(), {"user_id": actor.user_id})
        contact = Contact(*account)
    order = Order(
        order_number=new_order_number(),
        label_code=new_label_code(),
        channel=channel,
        customer_id=customer_id if actor.is_admin else actor.user_id,
        name=contact.name,
        email=contact.email,
        email_key=contact.email and loose_email(contact.email),
        phone=contact.phone,
        pickup_date=pickup_date,
        instructions=instructions,
        piece_count=piece_count,
        status="created",
        status_since=at,
        version=1,
        created_at=at,
        updated_at=at,
    )
    order.lines = price(order, match_services(services))
    db.session.add(order)
    record(
        actions.ORDER_CREATED,
        order,
        actor=actor,
        services=[line.service_id for line in order.lines],
    )
    announce(ORDER_PLACED, (order, order.status))
    return order


def place_order_once(
    idempotency: Idempotency,
    *,
    render: Callable[[Order], str],
    at: datetime,
    actor: Actor,
    **wishes: Any,
) -> Order | str:
    """Place an order as `place_order` does, or give the answer that the key was given first.

    The answer that `render` writes is kept with the key, for good (contract.md 3). Of two
    requests at once the unique key lets one pass, and the other, replayed, finds its answer.
    Raises IdempotencyConflict when the key stands for another body.
    """
    values = {"user_id": actor.user_id, "route": idempotency.route, "key": idempotency.key}
    (account,) = _ACCOUNT_AND_KEY.rows(connection(), values)
    if account.answer is not None:
        if account.body_digest != idempotency.digest:
            raise IdempotencyConflict
        return str(account.answer)
    contact = Contact(account.name, account.email, account.phone)
    order = place_order(contact=contact, at=at, actor=actor, **wishes)
    db.session.add(
        IdempotencyKey(
            **values, body_digest=idempotency.digest, answer=render(order), created_at=at
        )
    )
    db.session.flush()
    return order


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
