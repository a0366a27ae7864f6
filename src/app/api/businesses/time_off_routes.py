"""When a worker of one's business is away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g
from marshmallow import fields, validate

from app.api.auth.schemas import MessageView
from app.api.businesses.availability_schemas import Near
from app.api.businesses.hours_schemas import WhoseHours
from app.api.businesses.routes import OWNERS, area
from app.http.access import actor, allow
from app.http.schemas import BIGINT, Schema, Text, When, Whole
from app.models import TimeOff
from app.operations.businesses import absences
from app.support.words import APPOINTMENT_STATUSES


class AddTimeOff(Schema):
    """From one instant to another."""

    worker_id = Whole(least=1, most=BIGINT, required=True)
    start = Near(required=True)
    end = Near(required=True)
    reason = Text(longest=255, allow_none=True, load_default=None)


class HitView(Schema):
    """An appointment that stands in that time: to be moved or cancelled by somebody."""

    order_number = fields.String(required=True)
    starts_at = When(required=True)
    ends_at = When(required=True)
    status = fields.String(required=True, validate=validate.OneOf(APPOINTMENT_STATUSES))
    service_name = fields.String(required=True)
    name = fields.String(required=True)


class TimeOffView(Schema):
    """When a worker is away."""

    id = fields.Integer(required=True)
    worker_id = fields.Integer(required=True)
    start = When(required=True, attribute="starts_at")
    end = When(required=True, attribute="ends_at")
    reason = fields.String(required=True, allow_none=True)


class AddedTimeOffView(Schema):
    """New time off, and the appointments that it hits."""

    time_off = fields.Nested(TimeOffView, required=True)
    appointments = fields.List(fields.Nested(HitView), required=True)


@area.route("/businesses/<string:slug>/time-off")
@allow(*OWNERS)
@area.arguments(WhoseHours, location="query")
@area.response(200, TimeOffView(many=True))
def list_time_off(query: dict[str, Any], slug: str) -> Sequence[TimeOff]:
    """List when one's workers are away from now on."""
    return absences.list_absences(
        slug, worker_id=query["worker_id"], at=g.received_at, actor=actor()
    )


@area.route("/businesses/<string:slug>/time-off", methods=["POST"])
@allow(*OWNERS)
@area.arguments(AddTimeOff)
@area.response(201, AddedTimeOffView)
def add_time_off(body: dict[str, Any], slug: str) -> dict[str, Any]:
    """Let a worker be away; the appointments that it hits are told, and stay until they are moved."""
    away, hit = absences.add_absence(
        slug,
        body["worker_id"],
        starts_at=body["start"],
        ends_at=body["end"],
        reason=body["reason"] or None,
        at=g.received_at,
        actor=actor(),
    )
    return {"time_off": away, "appointments": hit}


@area.route("/businesses/<string:slug>/time-off/<int:time_off_id>", methods=["DELETE"])
@allow(*OWNERS)
@area.response(200, MessageView)
def remove_time_off(slug: str, time_off_id: int) -> dict[str, str]:
    """Let a worker be there again."""
    absences.remove_absence(slug, time_off_id, at=g.received_at, actor=actor())
    return {"message": "Deleted"}
