"""What goes in and out of the orders area."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from marshmallow import fields, validate

from app.http.access import settings
from app.http.paging import CursorQuery
from app.http.schemas import BIGINT, Pickup, Price, Schema, Text, When, Whole
from app.models import Order
from app.support import clock
from app.support.label_codes import MOST_PIECES
from app.support.words import EVERY_STATUS, LISTED_STATUSES

LONGEST_INSTRUCTIONS = 5000
MOST_COPIES = 100
MOST_LABELS = 255


class Bound(When):
    """An instant, or a day of the business: its beginning, or its end where `ends` is said."""

    def __init__(self, *, ends: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ends = ends

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> datetime:
        try:
            day = date.fromisoformat(value) + timedelta(days=self.ends)
            zone = ZoneInfo(settings().business_timezone)
            return clock.parse_instant(datetime.combine(day, time(), zone).isoformat())
        except (ValueError, OverflowError):
            return super()._deserialize(value, attr, data, **kwargs)


class PlaceOrder(Schema):
    """An order of the signed-in customer; its price is the service's."""

    service_id = Whole(least=1, most=BIGINT, required=True)
    pickup_date = Pickup(allow_none=True)
    instructions = Text(longest=LONGEST_INSTRUCTIONS, allow_none=True)
    piece_count = Whole(least=1, most=MOST_PIECES)


class ReviseOrder(Schema):
    """What its customer may change; the only status to set is `cancelled`."""

    pickup_date = Pickup(allow_none=True)
    instructions = Text(longest=LONGEST_INSTRUCTIONS, allow_none=True)
    status = fields.String(validate=validate.OneOf(("cancelled",)))


class ListOrders(CursorQuery):
    """Filters of the orders' list; `from` is inclusive, so is a `to` that is a day."""

    status = fields.String(validate=validate.OneOf(LISTED_STATUSES))
    since = Bound(data_key="from")
    until = Bound(data_key="to", ends=True)


class LabelQuery(Schema):
    """How labels are printed: for how many pieces, how often, how fine."""

    pieces = fields.Integer(validate=validate.Range(1, MOST_PIECES), load_default=None)
    piece = fields.Integer(validate=validate.Range(1, MOST_PIECES), load_default=None)
    copies = fields.Integer(validate=validate.Range(1, MOST_COPIES), load_default=1)
    dpi = fields.Integer(validate=validate.OneOf((203, 300)), load_default=203)
    page = fields.String(validate=validate.OneOf(("roll", "sheet")), load_default="roll")


class OrderView(Schema):
    """An order (contract.md 4)."""

    id = fields.Integer(required=True)
    order_number = fields.String(required=True)
    customer_id = fields.Integer(required=True, allow_none=True)
    service_id = fields.Integer(required=True, allow_none=True)
    service_name = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    pickup_date = fields.String(required=True, allow_none=True)
    instructions = fields.String(required=True, allow_none=True)
    total_cost = Price(required=True)
    status = fields.String(required=True, validate=validate.OneOf(EVERY_STATUS))
    qr_code_path = fields.Function(
        lambda order: qr_code_path(order), required=True, metadata={"type": "string"}
    )
    created_at = When(required=True)
    updated_at = When(required=True)
    label_code = fields.String(required=True)
    tracking_url = fields.Function(
        lambda order: f"{settings().public_url}/track/{order.label_code}",
        required=True,
        metadata={"type": "string"},
    )
    version = fields.Integer(required=True)


class DeletedView(Schema):
    """That something is gone."""

    message = fields.String(required=True)


def qr_code_path(order: Order) -> str:
    """Where the order's QR image is (contract.md L6)."""
    return f"/qr/{quote(order.order_number, safe='')}.png"
