"""Orders as the admin's old pages manage them (contract.md L21 and L22)."""

from __future__ import annotations

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from app.http.access import actor, allow
from app.http.areas import if_match
from app.http.bodies import json_object
from app.http.schemas import load
from app.legacy.order_bodies import OldAdminRevision, take_services
from app.legacy.order_lists import list_answer, list_window
from app.legacy.order_shapes import order_shape
from app.operations.actors import Role
from app.operations.orders import change, find
from app.operations.orders.look import Shown

admin_orders = Blueprint("legacy_admin_orders", __name__, url_prefix="/admin/api/orders")

_REVISION = OldAdminRevision()


@admin_orders.get("")
@allow(Role.ADMIN)
def list_all() -> ResponseReturnValue:
    """L21: the orders of everyone, newest first."""
    window = list_window()
    orders = find.list_orders(
        after_id=window.after_id, limit=window.limit, with_lines=True, actor=actor()
    )
    return list_answer([Shown(order, order.lines) for order in orders], window)


@admin_orders.get("/<string:ref>")
@allow(Role.ADMIN)
def show(ref: str) -> ResponseReturnValue:
    """L21: one order."""
    return order_shape(find.get_order(ref, actor=actor()))


@admin_orders.put("/<string:ref>")
@allow(Role.ADMIN)
def revise(ref: str) -> ResponseReturnValue:
    """L22: change details, services or status."""
    changes = load(_REVISION, json_object())
    order = change.revise_order(
        find.get_order(ref, actor=actor()),
        services=take_services(changes),
        status=changes.pop("status", None),
        reason=changes.pop("reason", None),
        changes=changes,
        seen_version=if_match(),
        at=g.received_at,
        actor=actor(),
    )
    return {"message": "Updated", **order_shape(order)}


@admin_orders.delete("/<string:ref>")
@allow(Role.ADMIN)
def delete(ref: str) -> ResponseReturnValue:
    """L22: cancel and hide an order."""
    change.delete_order(find.get_order(ref, actor=actor()), at=g.received_at, actor=actor())
    return {"message": "Order deleted"}
