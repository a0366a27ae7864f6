"""What goes in and out of opening hours."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from app.api.businesses.availability_schemas import Day
from app.api.businesses.fields import Fives
from app.http.schemas import BIGINT, Schema, Whole
from app.operations.businesses.hours import LATEST, HoursRow

MOST_ROWS = 1000
KIND = validate.OneOf(("open", "off"))


class HoursRowView(Schema):
    """Open, or off, in minutes of wall time; overnight belongs to the day it starts."""

    weekday = fields.Integer(required=True, allow_none=True)
    date = Day(required=True, allow_none=True, attribute="day")
    opens = fields.Integer(required=True)
    closes = fields.Integer(required=True)
    kind = fields.String(required=True, validate=KIND)


class HoursRowInput(Schema):
    """A row of a weekday (0 is Monday) or of a date; `closes` may exceed 1440."""

    weekday = Whole(least=0, most=6, allow_none=True)
    date = Day(allow_none=True, attribute="day")
    opens = Fives(most=LATEST, required=True)
    closes = Fives(most=LATEST, required=True)
    kind = fields.String(validate=KIND, load_default="open")

    @post_load
    def as_row(self, body: dict[str, Any], **_: Any) -> HoursRow:
        return HoursRow(**body)


class ReplaceHours(Schema):
    """All hours, in the place of what was there."""

    hours = fields.List(
        fields.Nested(HoursRowInput), required=True, validate=validate.Length(max=MOST_ROWS)
    )


class WhoseHours(Schema):
    """Of a worker, or without one of the business itself."""

    worker_id = fields.Integer(validate=validate.Range(1, BIGINT), load_default=None)


class HoursView(Schema):
    """The hours of a business or worker, in its time zone; `version` is the business's."""

    worker_id = fields.Integer(required=True, allow_none=True)
    timezone = fields.String(required=True)
    version = fields.Integer(required=True)
    hours = fields.List(fields.Nested(HoursRowView), required=True)
