"""Changing an order: its details, its status, its end; each change under the order's lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete

from app.database import db
from app.errors import Invalid, InvalidTransition, PermissionDenied, PreconditionFailed
from app.models import Order, OrderLine
from app.operations.actors import Actor
from app.operations.ledger import actions
from app.operations.ledger.actions import Action
from app.operations.ledger.record import record
from app.operations.orders.place import price
from app.operations.orders.seen import lock_seen_order
from app.operations.orders.steps import check_step, end_of, word_of
from app.operations.services.match import match_services
from app.operations.tracks.commands import command_status
from app.support.emails import loose_email
from app.support.words import RANKS, STATUSES

CUSTOMERS_DETAILS = frozenset({"pickup_date", "instructions"})
ADMINS_DETAILS = CUSTOMERS_DETAILS | {"name", "email", "phone"}
TERMINAL = frozenset({"delivered", "cancelled"})
_OVER = TERMINAL | {"no_show", "expired"}
CANCELLABLE = frozenset({"created", "picked_up"})


def revise_order(
    order: Order,
    *,
    changes: Mapping[str, Any] = MappingProxyType({}),
    services: Sequence[int | str] = (),
    status: str | None = None,
    reason: str | None = None,
    seen_version: int | None = None,
    at: datetime,
    actor: Actor,
) -> Order:
    """Change an order's details and its status: one version and one record (contract.md L4, V14, L22).

    What is as it was is no change: a client may send a whole order back. A customer changes pickup
    date and instructions until the order is over, an admin also the contact and at any time; other
    services re-price it, while it is `created`. Raises PreconditionFailed when the order is no
    longer what the client saw, InvalidTransition, PermissionDenied, and Invalid for a service that
    is not on offer.
    """
    details = ADMINS_DETAILS if actor.is_admin else CUSTOMERS_DETAILS
    new = {
        name: value
        for name, value in changes.items()
        if name in details and value != getattr(order, name)
    }
    if list(services) == [order.service_name]:
        services = ()
    is_command = status is not None and status != order.status
    if not (new or services or is_command):
        if seen_version not in (None, order.version):
            raise PreconditionFailed
        return order
    order = lock_seen_order(order, seen_version=seen_version)
    action, said = actions.ORDER_UPDATED, dict[str, Any]()
    if new or services:
        said |= _edit(order, new, services, actor)
    if status is not None and status != order.status:
        action, event_id = _command(order, status, reason, at, actor)
        said["event_id"] = event_id
    record(action, order, actor=actor, **said)
    return order


def _edit(
    order: Order, changes: Mapping[str, Any], services: Sequence[int | str], actor: Actor
) -> dict[str, Any]:
    if order.status in _OVER and not actor.is_admin:
        raise InvalidTransition("The order is over.")
    for name, value in changes.items():
        setattr(order, name, value)
        if name == "email":
            order.email_key = value and loose_email(value)
    return {"services": _replace_services(order, services)} if services else {}


def _command(
    order: Order, status: str, reason: str | None, at: datetime, actor: Actor
) -> tuple[Action, str]:
    """Set a status (scans.md 6); the ledger's word for it and the command's event.

    What an appointment may become, orders/steps.py says.
    An admin moves forward and cancels at will; back, or out of delivered or cancelled, only with a
    reason. A customer may do nothing but cancel, until processing has begun.
    """
    if order.starts_at is not None:
        is_forced = check_step(
            order, status, reason=reason, as_customer=not actor.is_admin, at=at, actor=actor
        )
        status = end_of(order, status)
        track = command_status(
            order, status, reason=reason, is_forced=is_forced, at=at, actor=actor
        )
        return word_of(status, is_forced=is_forced), track.event_id
    if status not in STATUSES:
        raise Invalid.field("status", "Only an appointment can become this.")
    if not actor.is_admin:
        if status != "cancelled":
            raise PermissionDenied
        if order.status not in CANCELLABLE:
            raise InvalidTransition("The order is in hand: it can no longer be cancelled.")
    is_backward = _is_backward(order.status, status)
    if is_backward and not reason:
        raise InvalidTransition(
            f"From {order.status} to {status} is a step back: give a reason.",
            details={"reason": ["This field is required."]},
        )
    track = command_status(order, status, reason=reason, at=at, actor=actor)
    if is_backward:
        return actions.ORDER_FORCED, track.event_id
    is_end = status == "cancelled"
    return actions.ORDER_CANCELLED if is_end else actions.ORDER_UPDATED, track.event_id


def delete_order(order: Order, *, at: datetime, actor: Actor) -> None:
    """Cancel an order and hide it; its rows stay (contract.md L5, V15, L22).

    Only while its status is `created`; an admin at any time. Raises InvalidTransition.
    """
    order = lock_seen_order(order)
    if order.status != "created" and not actor.is_admin:
        raise InvalidTransition("The order is in hand: it can no longer be deleted.")
    if order.starts_at is not None and not actor.is_admin:
        check_step(order, "cancelled", reason=None, as_customer=True, at=at, actor=actor)
    said: dict[str, Any] = {}
    if order.status != "cancelled":
        status = end_of(order, "cancelled")
        track = command_status(order, status, reason="deleted", at=at, actor=actor)
        said["event_id"] = track.event_id
    order.deleted_at = at
    record(actions.ORDER_DELETED, order, actor=actor, **said)


def _is_backward(present: str, wanted: str) -> bool:
    if present == wanted:
        return False
    if present in TERMINAL:
        return True
    return wanted != "cancelled" and RANKS[wanted] < RANKS[present]


def _replace_services(order: Order, services: Sequence[int | str]) -> list[int]:
    if order.starts_at is not None:
        raise InvalidTransition("The service of an appointment is fixed: book another one.")
    if order.status != "created":
        raise InvalidTransition("The services of an order are fixed once it is in hand.")
    lines = price(order, match_services(services))
    db.session.execute(delete(OrderLine).where(OrderLine.order_id == order.id))
    db.session.expire(order, ["lines"])
    for line in lines:
        line.order_id = order.id
    db.session.add_all(lines)
    return [line.service_id for line in lines]
