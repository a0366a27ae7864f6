"""What goes in and out of the appointments area."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError, fields, validate, validates_schema

from app.api.businesses.availability_schemas import Day
from app.api.businesses.fields import Truth
from app.api.orders.schemas import LONGEST_INSTRUCTIONS, qr_code_path
from app.http.access import settings
from app.http.paging import CursorQuery
from app.http.schemas import BIGINT, LooseEmail, Price, Schema, Text, When, Whole
from app.operations.booking.reaching import Appointment
from app.support.words import APPOINTMENT_STATUSES

PENDING = "pending"
"""What a created appointment is called here (booking.md 4)."""

STATUSES = tuple(PENDING if word == "created" else word for word in APPOINTMENT_STATUSES)
LONGEST_REASON = 500
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class Status(fields.Field[str]):
    """An appointment's status, by the name that it has here."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if value not in STATUSES:
            raise ValidationError(f"One of: {', '.join(STATUSES)}.")
        return "created" if value == PENDING else str(value)


class TimeOfDay(fields.Field[time]):
    """A time of day as HH:MM."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> time:
        if not isinstance(value, str) or not _TIME.fullmatch(value):
            raise ValidationError("Not a time of the form 09:30.")
        return time.fromisoformat(value)


class ChooseTime(Schema):
    """When: an instant, or a day and a time of the business's clock."""

    start = When()
    date = Day()
    start_time = TimeOfDay()
    worker_id = Whole(least=1, most=BIGINT, allow_none=True)

    @validates_schema
    def _one_of_two(self, data: Mapping[str, Any], **_: Any) -> None:
        if "start" in data and not data.keys() & {"date", "start_time"}:
            return
        if "start" in data:
            raise ValidationError("Send either start, or date and start_time.", "start")
        for name in ("date", "start_time"):
            if name not in data:
                raise ValidationError("This field is required.", name)


class Visitor(Schema):
    """Somebody without an account, for whom the business books."""

    name = Text(shortest=1, longest=128, required=True)
    email = LooseEmail(allow_none=True, load_default=None)
    phone = Text(longest=32, allow_none=True, load_default=None)


class BookAppointment(ChooseTime):
    """An appointment of the signed-in customer; without a worker it is given to any who can do it."""

    service_id = Whole(least=1, most=BIGINT, required=True)
    notes = Text(longest=LONGEST_INSTRUCTIONS, allow_none=True, load_default=None)
    hold = Truth(load_default=False)
    visitor = fields.Nested(Visitor, load_default=None, allow_none=True)
    squeeze_reason = Text(shortest=1, longest=255, load_default=None, allow_none=True)


class WhyStep(Schema):
    """Why."""

    reason = Text(longest=LONGEST_REASON, load_default=None, allow_none=True)


class ListAppointments(CursorQuery):
    """Filters of the list; `from` is inclusive, `to` is not."""

    status = Status()
    period = fields.String(data_key="time", validate=validate.OneOf(("upcoming", "past")))
    business = Text(longest=64)
    worker_id = fields.Integer(validate=validate.Range(1, BIGINT))
    since = When(data_key="from")
    until = When(data_key="to")


class OfBusiness(Schema):
    """Whose it is."""

    slug = fields.String(required=True)
    name = fields.String(required=True)


class Named(Schema):
    """What it is about, or who performs it."""

    id = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True)


class AppointmentView(Schema):
    """An appointment: an order with a time (contract.md 4, booking.md 1)."""

    id = fields.Integer(required=True)
    order_number = fields.String(required=True)
    business = fields.Nested(OfBusiness, required=True)
    service = fields.Nested(Named, required=True)
    worker = fields.Nested(Named, required=True, allow_none=True)
    customer_id = fields.Integer(required=True, allow_none=True)
    service_id = fields.Integer(required=True, allow_none=True)
    service_name = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    notes = fields.String(required=True, allow_none=True)
    instructions = fields.String(required=True, allow_none=True)
    pickup_date = fields.String(required=True, allow_none=True)
    starts_at = When(required=True)
    ends_at = When(required=True)
    date = fields.String(required=True)
    start_time = fields.String(required=True)
    end_time = fields.String(required=True)
    timezone = fields.String(required=True)
    duration_minutes = fields.Integer(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    price = Price(required=True)
    total_cost = Price(required=True)
    currency = fields.String(required=True)
    label_code = fields.String(required=True)
    qr_code_path = fields.String(required=True)
    tracking_url = fields.String(required=True)
    calendar_path = fields.String(required=True)
    can_cancel_until = When(required=True)
    hold_expires_at = When(required=True, allow_none=True)
    cancelled_by = fields.String(required=True, allow_none=True)
    cancel_reason = fields.String(required=True, allow_none=True)
    sequence = fields.Integer(required=True)
    created_at = When(required=True)
    updated_at = When(required=True)
    version = fields.Integer(required=True)


_VIEW = AppointmentView()
_AS_STORED = (
    "id",
    "order_number",
    "customer_id",
    "service_id",
    "service_name",
    "name",
    "instructions",
    "pickup_date",
    "starts_at",
    "ends_at",
    "timezone",
    "total_cost",
    "currency",
    "label_code",
    "hold_expires_at",
    "cancelled_by",
    "cancel_reason",
    "sequence",
    "created_at",
    "updated_at",
    "version",
)


def appointment_shape(seen: Appointment) -> dict[str, Any]:
    """An appointment as the actor may see it: its worker is told no address and no number."""
    order, worker = seen.order, seen.worker
    if order.starts_at is None or order.ends_at is None:
        raise ValueError("this order is no appointment")
    zone = ZoneInfo(order.timezone or "UTC")
    begins, ends = order.starts_at.astimezone(zone), order.ends_at.astimezone(zone)
    knows_contact = seen.side != "worker"
    shape: dict[str, Any] = _VIEW.dump(
        {
            **{name: getattr(order, name) for name in _AS_STORED},
            "business": {"slug": seen.business.slug, "name": seen.business.name},
            "service": {"id": order.service_id, "name": order.service_name},
            "worker": None if worker is None else {"id": worker.id, "name": worker.name},
            "email": order.email if knows_contact else None,
            "phone": order.phone if knows_contact else None,
            "notes": order.instructions,
            "date": f"{begins:%Y-%m-%d}",
            "start_time": f"{begins:%H:%M}",
            "end_time": f"{ends:%H:%M}",
            "duration_minutes": _minutes(order.starts_at, order.ends_at),
            "status": PENDING if order.status == "created" else order.status,
            "price": order.total_cost,
            "qr_code_path": qr_code_path(order),
            "tracking_url": f"{settings().public_url}/track/{order.label_code}",
            "calendar_path": f"/api/v1/appointments/{order.order_number}/calendar.ics",
            "can_cancel_until": seen.can_cancel_until,
        }
    )
    return shape


def _minutes(starts_at: datetime, ends_at: datetime) -> int:
    return int((ends_at - starts_at).total_seconds()) // 60
