"""What admins are shown of the whole business."""

from __future__ import annotations

from marshmallow import fields

from app.http.schemas import Schema


class StatsView(Schema):
    """The figures of the day."""

    orders_today = fields.Integer(required=True)
    by_status = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    scans_today = fields.Integer(required=True)
    flagged_open = fields.Integer(required=True)
    late = fields.Integer(required=True)
    devices_silent = fields.Integer(required=True)
