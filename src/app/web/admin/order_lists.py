"""Orders and scans as exports: the filters of their pages, and their columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import g
from marshmallow import fields

from app.api.orders.schemas import ListOrders
from app.api.tracks.schemas import TracksQuery
from app.api.tracks.shapes import track_filter
from app.http.access import actor, settings
from app.models import Order
from app.operations.orders.listing import OrderFilter, list_filtered_orders
from app.operations.tracks.find import list_tracks
from app.web.admin.lists import ListExport


class OrdersQuery(ListOrders):
    """The filters of the orders' page."""

    late = fields.Boolean(load_default=False)
    flagged = fields.Boolean(load_default=False)


def read_orders(query: dict[str, Any], after_id: int | None, limit: int) -> Sequence[Order]:
    """The orders of these filters, newest first, beyond the one with this id."""
    return list_filtered_orders(
        OrderFilter(
            status=query.get("status"),
            since=query.get("since"),
            until=query.get("until"),
            late=query["late"],
            flagged=query["flagged"],
        ),
        after_id=after_id,
        limit=limit,
        at=g.received_at,
        zone=ZoneInfo(settings().business_timezone),
        actor=actor(),
    )


def _scans(query: dict[str, Any], after_id: int | None, limit: int) -> list[dict[str, Any]]:
    wanted = track_filter(query)
    if wanted is None:
        return []
    return list_tracks(wanted, after_id=after_id, limit=limit, actor=actor())


ORDERS = ListExport(
    schema=OrdersQuery(),
    columns={
        "Order": lambda one: one.order_number,
        "Status": lambda one: one.status,
        "Since": lambda one: one.status_since,
        "Placed": lambda one: one.created_at,
        "Pickup": lambda one: one.pickup_date,
        "Customer": lambda one: one.name,
        "E-mail": lambda one: one.email,
        "Phone": lambda one: one.phone,
        "Account": lambda one: one.customer_id,
        "Service": lambda one: one.service_name,
        "Pieces": lambda one: one.piece_count,
        "Total": lambda one: one.total_cost,
        "Place": lambda one: one.location,
        "Instructions": lambda one: one.instructions,
        "Came by": lambda one: one.channel,
    },
    read=read_orders,
    told=frozenset({"status", "since", "until", "late", "flagged"}),
)
SCANS = ListExport(
    schema=TracksQuery(),
    columns={
        "Received": lambda one: one["received_at"],
        "Happened": lambda one: one["effective_at"],
        "Order": lambda one: one["order_number"],
        "Kind": lambda one: one["kind"],
        "Action": lambda one: one["action"],
        "Result": lambda one: one["result"],
        "Reasons": lambda one: one["reasons"].replace(",", " "),
        "Worker": lambda one: one["worker_id"],
        "Device": lambda one: one["device_id"],
        "Place": lambda one: one["location"],
        "Clock": lambda one: one["clock"],
        "Note": lambda one: one["note"],
        "Event": lambda one: one["event_id"],
    },
    read=_scans,
    key=lambda one: int(one["id"]),
    told=frozenset({"action", "worker", "from_", "to"}),
)
