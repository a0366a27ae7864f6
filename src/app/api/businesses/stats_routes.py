"""The figures of one's business."""

from __future__ import annotations

from flask import g
from marshmallow import fields

from app.api.businesses.routes import OWNERS, area
from app.http.access import actor, allow
from app.http.schemas import Price, Schema
from app.operations.businesses.stats import BusinessStats, get_stats


class ShareView(Schema):
    """How many visits were of a service or a worker."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    visits = fields.Integer(required=True)


class BusinessStatsView(Schema):
    """Appointments by status, and what follows from them; `utilisation` is a share of one."""

    total = fields.Integer(required=True)
    upcoming = fields.Integer(required=True)
    pending = fields.Integer(required=True)
    confirmed = fields.Integer(required=True)
    processing = fields.Integer(required=True)
    completed = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)
    no_show = fields.Integer(required=True)
    revenue = Price(required=True)
    currency = fields.String(required=True)
    last_30_days = fields.Integer(required=True)
    utilisation = fields.Float(required=True, allow_none=True)
    top_services = fields.List(fields.Nested(ShareView), required=True)
    top_workers = fields.List(fields.Nested(ShareView), required=True)


@area.route("/businesses/<string:slug>/stats")
@allow(*OWNERS)
@area.response(200, BusinessStatsView)
def show_stats(slug: str) -> BusinessStats:
    """Show what was booked at one's business, what came of it, and how full its calendars are."""
    return get_stats(slug, at=g.received_at, actor=actor())
