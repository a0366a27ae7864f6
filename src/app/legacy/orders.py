"""The old routes of orders (contract.md L2 to L5)."""

from __future__ import annotations

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from app.errors import Invalid, PermissionDenied
from app.http.access import actor, allow, public
from app.http.areas import if_match
from app.http.bodies import json_object
from app.http.limits import limited
from app.http.schemas import load
from app.legacy import successors
from app.legacy.order_bodies import OldRevision, read_order, take_services
from app.legacy.order_lists import list_answer, list_window
from app.legacy.order_shapes import order_created_shape, order_shape
from app.legacy.successors import succeeded_by
from app.operations.actors import Role
from app.operations.orders import change, find, look
from app.operations.orders.once import Contact
from app.operations.orders.place import place_order
from app.support.emails import loose_email

orders = Blueprint("legacy_orders", __name__, url_prefix="/api/orders")
orders.after_request(successors.announce)

_REVISION = OldRevision()


@orders.post("")
@succeeded_by("/api/v1/orders")
@limited("anonymous_order")
@allow(Role.NOBODY, Role.CUSTOMER)
def place() -> ResponseReturnValue:
    """L2: place an order; a customer's token alone makes it theirs."""
    body = read_order()
    contact = Contact(body.pop("name"), body.pop("email"), body.pop("phone", None) or None)
    order = place_order(**body, contact=contact, channel="legacy", at=g.received_at, actor=actor())
    return order_created_shape(order), 201


@orders.get("")
@succeeded_by("/api/v1/orders")
@limited("lookup")
@allow(Role.NOBODY, Role.CUSTOMER)
def list_some() -> ResponseReturnValue:
    """L3: one's own orders with a token, else those placed without an account under `email`."""
    is_own = actor().role is Role.CUSTOMER
    email_key = "" if is_own else _email_key()
    window = list_window()
    after_id, limit = window.after_id, window.limit
    if is_own:
        own = find.list_orders(after_id=after_id, limit=limit, with_lines=True, actor=actor())
        return list_answer([look.Shown(order, order.lines) for order in own], window)
    found = look.list_orders_of_nobody(email_key, after_id=after_id, limit=limit)
    return list_answer(found, window)


@orders.put("/<string:ref>")
@succeeded_by("/api/v1/orders/{ref}")
@allow(Role.CUSTOMER)
def revise(ref: str) -> ResponseReturnValue:
    """L4: change pickup date, instructions or services of one's order."""
    changes = load(_REVISION, json_object())
    order = change.revise_order(
        find.get_order(ref, stranger=PermissionDenied("Unauthorized"), actor=actor()),
        services=take_services(changes),
        changes=changes,
        seen_version=if_match(),
        at=g.received_at,
        actor=actor(),
    )
    return {"message": "Updated", "order": order_shape(order)}


@orders.delete("/<string:ref>")
@succeeded_by("/api/v1/orders/{ref}")
@limited("lookup")
@public
def delete(ref: str) -> ResponseReturnValue:
    """L5: delete an order that was placed without an account, by its e-mail address."""
    order = find.get_order_by_email(ref, email_key=_email_key())
    change.delete_order(order, at=g.received_at, actor=actor())
    return {"message": "Deleted"}


def _email_key() -> str:
    """The address in the query as orders are compared by it; what is none matches no order."""
    given = request.args.get("email", "").strip()
    if not given:
        raise Invalid("Email query param is required")
    try:
        return loose_email(given)
    except ValueError:
        return ""
