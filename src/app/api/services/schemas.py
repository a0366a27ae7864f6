"""What goes in and out of the services area."""

from __future__ import annotations

from marshmallow import fields, validate

from app.http.schemas import Price, Schema, Text, Whole

STATUS = validate.OneOf(("active", "inactive"))
LONGEST_DURATION = 366 * 24 * 60
LONGEST_CODE = 32
HIGHEST_LEVEL = 1000


class Requirement(Schema):
    """The license that who performs it holds, and the least level of it; null for none."""

    required_license = Text(longest=LONGEST_CODE, shortest=1, allow_none=True)
    required_level = Whole(least=1, most=HIGHEST_LEVEL, allow_none=True)


class AddService(Requirement):
    """A new offer."""

    name = Text(longest=128, shortest=1, required=True)
    price = Price(required=True)
    duration_minutes = Whole(least=1, most=LONGEST_DURATION, allow_none=True)
    status = fields.String(validate=STATUS)


class EditService(Requirement):
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
    required_license = fields.String(required=True, allow_none=True)
    required_level = fields.Integer(required=True, allow_none=True)


class RetiredView(Schema):
    """What became of a service that was to be deleted."""

    message = fields.String(required=True)
    deactivated = fields.Boolean(required=True)
