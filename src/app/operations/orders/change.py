"""Changing an order: its details, its status, its end; each change under the order's lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from app.database import db
from app.errors import InvalidTransition, PermissionDenied, PreconditionFailed
from app.models import Order, OrderLine
from app.operations.actors import Actor
from app.operations.orders.place import price
from app.operations.orders.seen import lock_seen_order
from app.operations.services.match import match_services
from app.operations.tracks.commands import command_status
from app.support.emails import loose_email
from app.support.words import RANKS

CUSTOMERS_DETAILS = frozenset({"pickup_date", "instructions"})
ADMINS_DETAILS = CUSTOMERS_DETAILS | {"name", "email", "phone"}
TERMINAL = frozenset({"delivered", "cancelled"})
CANCELLABLE = frozenset({"created", "picked_up"})


def revise_order(
    order: Order,
    *,
    changes: Mapping[str, Any],
    services: Sequence[int | str] = (),
    status: str | None = None,
    reason: str | None = None,
    seen_version: int | None = None,
    at: datetime,
    actor: Actor,
) -> Order:
    """Do what one PUT asks: the details first, then the status, each a change of its own.

    What is as it was is no change: a client may send a whole order back. Raises
    PreconditionFailed when the order is no longer what the client saw.
    """
    new = {name: value for name, value in changes.items() if value != getattr(order, name)}
    if list(services) == [order.service_name]:
        services = ()
    if new or services:
        order = edit_order(
            order, changes=new, services=services, seen_version=seen_version, actor=actor
        )
        seen_version = None
    if status is not None and status != order.status:
        return change_order_status(
            order, status, reason=reason, seen_version=seen_version, at=at, actor=actor
        )
    if seen_version not in (None, order.version):
        raise PreconditionFailed
    return order


def edit_order(
    order: Order,
    *,
    changes: Mapping[str, Any],
    services: Sequence[int | str] = (),
    seen_version: int | None = None,
    actor: Actor,
) -> Order:
    """Change an order's details; other services re-price it, while it is `created`.

    A customer changes pickup date and instructions until the order is over, an admin also the
    contact and at any time (contract.md L4, V14, L22). Raises InvalidTransition,
    PreconditionFailed, and Invalid for a service that is not on offer.
    """
    order = lock_seen_order(order, seen_version=seen_version)
    if order.status in TERMINAL and not actor.is_admin:
        raise InvalidTransition("The order is over.")
    for name in (ADMINS_DETAILS if actor.is_admin else CUSTOMERS_DETAILS) & changes.keys():
        setattr(order, name, changes[name])
        if name == "email":
            order.email_key = changes[name] and loose_email(changes[name])
    if services:
        _replace_services(order, services)
    db.session.flush()
    return order


def change_order_status(
    order: Order,
    status: str,
    *,
    reason: str | None = None,
    seen_version: int | None = None,
    at: datetime,
    actor: Actor,
) -> Order:
    """Set an order's status by command (contract.md L22, V14; scans.md 6).

    An admin moves forward and cancels at will; back, or out of delivered or cancelled, only
    with a reason. A customer may do nothing but cancel, until processing has begun. Raises
    InvalidTransition, PermissionDenied and PreconditionFailed.
    """
    order = lock_seen_order(order, seen_version=seen_version)
    if not actor.is_admin:
        if status != "cancelled":
            raise PermissionDenied
        if order.status not in CANCELLABLE:
            raise InvalidTransition("The order is in hand: it can no longer be cancelled.")
    elif _is_backward(order.status, status) and not reason:
        raise InvalidTransition(
            f"From {order.status} to {status} is a step back: give a reason.",
            details={"reason": ["This field is required."]},
        )
    command_status(order, status, reason=reason, at=at, actor=actor)
    return order


def delete_order(order: Order, *, at: datetime, actor: Actor) -> None:
    """Cancel an order and hide it; its rows stay (contract.md L5, V15, L22).

    Only while its status is `created`; an admin at any time. Raises InvalidTransition.
    """
    order = lock_seen_order(order)
    if order.status != "created" and not actor.is_admin:
        raise InvalidTransition("The order is in hand: it can no longer be deleted.")
    if order.status != "cancelled":
        command_status(order, "cancelled", reason="deleted", at=at, actor=actor)
    order.deleted_at = at
    db.session.flush()


def _is_backward(present: str, wanted: str) -> bool:
    if present == wanted:
        return False
    if present in TERMINAL:
        return True
    return wanted != "cancelled" and RANKS[wanted] < RANKS[present]


def _replace_services(order: Order, services: Sequence[int | str]) -> None:
    if order.status != "created":
        raise InvalidTransition("The services of an order are fixed once it is in hand.")
    lines = price(order, match_services(services))
    db.session.execute(delete(OrderLine).where(OrderLine.order_id == order.id))
    db.session.expire(order, ["lines"])
    for line in lines:
        line.order_id = order.id
    db.session.add_all(lines)
