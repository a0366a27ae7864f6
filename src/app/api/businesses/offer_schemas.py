"""What goes in and out of a business's services, rooms and chairs."""

from __future__ import annotations

from marshmallow import fields, validate

from app.api.businesses.fields import Fives, Truth, ids
from app.api.services.schemas import LONGEST_DURATION, STATUS, Requirement
from app.http.schemas import Price, Schema, Text, Whole
from app.operations.businesses.rooms import KINDS

LONGEST_BUFFER = 1440
MOST_UNITS = 1000
KIND = validate.OneOf(KINDS)


class ChangeOffer(Requirement):
    """What is absent stays; minutes are multiples of 5, and without a duration nothing is booked."""

    name = Text(longest=128, shortest=1)
    price = Price()
    duration_minutes = Fives(least=5, most=LONGEST_DURATION, allow_none=True)
    buffer_before_minutes = Fives(most=LONGEST_BUFFER)
    buffer_after_minutes = Fives(most=LONGEST_BUFFER)
    status = fields.String(validate=STATUS)
    category = Text(longest=64, allow_none=True)
    description = Text(longest=5000, allow_none=True)
    resources = ids()


class AddOffer(ChangeOffer):
    """A new service; `resources` are the rooms and chairs of which it takes one unit each."""

    name = Text(longest=128, shortest=1, required=True)
    price = Price(required=True)


class OfferView(Schema):
    """A service of a business."""

    id = fields.Integer(required=True, attribute="service.id")
    name = fields.String(required=True, attribute="service.name")
    price = Price(required=True, attribute="service.price")
    duration_minutes = fields.Integer(
        required=True, allow_none=True, attribute="service.duration_minutes"
    )
    buffer_before_minutes = fields.Integer(required=True, attribute="service.buffer_before_minutes")
    buffer_after_minutes = fields.Integer(required=True, attribute="service.buffer_after_minutes")
    status = fields.String(required=True, validate=STATUS, attribute="service.status")
    category = fields.String(required=True, allow_none=True, attribute="service.category")
    description = fields.String(required=True, allow_none=True, attribute="service.description")
    resources = fields.List(fields.Integer(), required=True, attribute="resource_ids")
    required_license = fields.String(
        required=True, allow_none=True, attribute="service.required_license"
    )
    required_level = fields.Integer(
        required=True, allow_none=True, attribute="service.required_level"
    )


class PricedOfferView(OfferView):
    """A service, and the currency of its price."""

    currency = fields.String(required=True)


class EverythingQuery(Schema):
    """Whether those who run the business want to see what is inactive, too."""

    all = fields.Boolean(load_default=False)


class AddRoom(Schema):
    """A room or chair, or several alike."""

    kind = fields.String(validate=KIND, required=True)
    name = Text(longest=128, shortest=1, required=True)
    units = Whole(least=1, most=MOST_UNITS, load_default=1)


class ChangeRoom(Schema):
    """What is absent stays."""

    name = Text(longest=128, shortest=1)
    units = Whole(least=1, most=MOST_UNITS)
    is_active = Truth()


class RoomView(Schema):
    """A room or chair; `units` is how many visits it holds at once."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True, validate=KIND)
    name = fields.String(required=True)
    units = fields.Integer(required=True)
    is_active = fields.Boolean(required=True)
