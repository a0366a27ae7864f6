"""The routes of the orders area (contract.md 3, V11 to V15)."""

from __future__ import annotations

from typing import Any

from flask import Response, g, json

from app.api.orders.idempotency import KeyHeader, make_idempotency
from app.api.orders.schemas import DeletedView, ListOrders, OrderView, PlaceOrder, ReviseOrder
from app.http.access import actor, allow
from app.http.application import keep_key
from app.http.areas import Area, if_match
from app.http.paging import COUNT_CAP, cursor_headers, take_window
from app.http.schemas import shaper
from app.models import Order
from app.operations.actors import Role
from app.operations.orders import change, find, labels, look
from app.operations.orders.place import place_order, place_order_once

area = Area("orders", __name__, description="Orders, their QR codes and labels")

_shape = shaper(OrderView())


@area.route("/orders", methods=["POST"])
@allow(Role.CUSTOMER)
@area.arguments(PlaceOrder)
@area.arguments(KeyHeader, location="headers")
@area.response(201, OrderView)
@area.alt_response(200, schema=OrderView, description="The first answer to this key and body")
def place(body: dict[str, Any], header: dict[str, str]) -> Response:
    """Place an order; with an Idempotency-Key it is safe to send again."""
    wishes = {"services": [body.pop("service_id")], **body, "channel": "v1"}
    who = {"at": g.received_at, "actor": actor()}
    if "key" not in header:
        return _created(place_order(**wishes, **who))
    keep_key()
    key = make_idempotency("POST /api/v1/orders", header["key"])
    placed = place_order_once(key, render=_render, **wishes, **who)
    if isinstance(placed, Order):
        return _created(placed)
    return Response(placed, 200, mimetype="application/json")


@area.route("/orders")
@allow(Role.CUSTOMER)
@area.arguments(ListOrders, location="query")
@area.response(200, OrderView(many=True))
def list_own(query: dict[str, Any]) -> tuple[Any, dict[str, str]]:
    """List one's own orders, newest first."""
    window, counted = take_window(query), query.pop("total")
    orders = find.list_orders(**query, after_id=window.after_id, limit=window.limit, actor=actor())
    total = find.count_orders(**query, most=COUNT_CAP, actor=actor()) if counted else None
    return orders, cursor_headers([order.id for order in orders], window, total)


@area.route("/orders/<string:ref>")
@allow(Role.CUSTOMER, Role.WORKER, Role.ADMIN)
@area.response(200, OrderView)
def show(ref: str) -> Response:
    """Show an order by number or id."""
    order = look.read_order(ref, actor=actor())
    return Response(_render(order), 200, _etag(order), mimetype="application/json")


@area.route("/orders/<string:ref>", methods=["PUT", "PATCH"])
@allow(Role.CUSTOMER)
@area.arguments(ReviseOrder)
@area.response(200, OrderView)
@area.alt_response(412, response="Refusal412")
def revise(body: dict[str, Any], ref: str) -> tuple[Order, dict[str, str]]:
    """Change pickup date or instructions of one's order, or cancel it."""
    order = change.revise_order(
        find.get_order(ref, actor=actor()),
        status=body.pop("status", None),
        changes=body,
        seen_version=if_match(),
        at=g.received_at,
        actor=actor(),
    )
    return order, _etag(order)


@area.route("/orders/<string:ref>", methods=["DELETE"])
@allow(Role.CUSTOMER)
@area.response(200, DeletedView)
@area.alt_response(409, response="Refusal409")
def delete(ref: str) -> dict[str, str]:
    """Delete one's order while nobody has taken it in hand."""
    change.delete_order(find.get_order(ref, actor=actor()), at=g.received_at, actor=actor())
    return {"message": "Deleted"}


@area.route("/orders/<string:ref>/rotate-label", methods=["POST"])
@allow(Role.ADMIN)
@area.response(200, OrderView)
@area.alt_response(412, response="Refusal412")
def rotate_label(ref: str) -> tuple[Order, dict[str, str]]:
    """Give an order a new label code; labels already printed keep working."""
    order = find.get_order(ref, actor=actor())
    order = labels.rotate_label(order, seen_version=if_match(), actor=actor())
    return order, _etag(order)


def _created(order: Order) -> Response:
    headers = {"Location": f"/api/v1/orders/{order.order_number}", **_etag(order)}
    return Response(_render(order), 201, headers, mimetype="application/json")


def _render(order: Order) -> str:
    return json.dumps(_shape(order))


def _etag(order: Order) -> dict[str, str]:
    return {"ETag": f'"{order.version}"'}
