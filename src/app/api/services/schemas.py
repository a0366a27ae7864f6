"""What goes in and out of the services area."""

from __future__ import annotations

from marshmallow import fields, validate

from app.http.schemas import Price, Schema, Text, Whole

STATUS = validate.OneOf(("active", "inactive"))
LONGEST_DURATION = 366 * 24 * 60


class AddService(Schema):
    """A new offer."""

    name = Text(longest=128, shortest=1, required=True)
    price = Price(required=True)
    duration_minutes = Whole(least=1, most=LONGEST_DURATION, allow_none=True)
    status = fields.String(validate=STATUS)


class EditService(Schema):
    """What is absent stays; a price or status of null is refused."""

    name = Text(longest=128, shortest=1)
    price = Price()
    duration_minutes = Whole(least=1, most=LONGEST_DURATION, allow_none=True)
    status = fields.String(validate=STATUS)


class ServiceView(Schema):
    """A service as everyone may see it."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    price = Price(required=True)
    duration_minutes = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True, validate=STATUS)


class RetiredView(Schema):
    """What became of a service that was to be deleted."""

    message = fields.String(required=True)
    deactivated = fields.Boolean(required=True)
