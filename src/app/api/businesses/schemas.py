"""What goes in and out of the businesses area."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from app.api.businesses.availability_schemas import Start
from app.api.businesses.fields import (
    Country,
    Currency,
    Degrees,
    Fives,
    Slug,
    Truth,
    Website,
    Within,
    Zone,
)
from app.api.businesses.hours_schemas import HoursRowView
from app.api.businesses.offer_schemas import OfferView
from app.api.businesses.worker_schemas import ColleagueView
from app.http.access import actor
from app.http.paging import PageQuery
from app.http.schemas import Email, Schema, Text, When, Whole
from app.models import Business
from app.operations.businesses.profile import CATEGORIES, STATUSES

CATEGORY = validate.OneOf(CATEGORIES)
LONGEST_PROSE = 5000
DAY, YEAR = 1440, 366 * 1440


class SearchQuery(PageQuery):
    """Which businesses are wanted; `distance` needs a place, and is the order of those near one."""

    category = fields.String(validate=CATEGORY, load_default=None)
    search = Text(longest=100, load_default=None)
    city = Text(longest=128, load_default=None)
    lat = fields.Float(validate=validate.Range(-90, 90), load_default=None)
    lng = fields.Float(validate=validate.Range(-180, 180), load_default=None)
    radius_km = fields.Float(validate=validate.Range(0.01, 50), load_default=10.0)
    open_at = Start(load_default=None)
    sort = fields.String(
        validate=validate.OneOf(("name", "rating", "distance", "newest")), load_default=None
    )

    @validates_schema
    def names_a_place(self, query: dict[str, Any], **_: Any) -> None:
        if (query["lat"] is None) != (query["lng"] is None):
            raise ValidationError("Send lat and lng together.", "lng")
        if query["sort"] == "distance" and query["lat"] is None:
            raise ValidationError("Send lat and lng to sort by distance.", "sort")


class BookingRules(Schema):
    """By which rules a business takes bookings."""

    slot_step = Fives(least=5, most=DAY, attribute="slot_step_minutes")
    lead_minutes = Fives(most=YEAR)
    horizon_days = Whole(least=1, most=730)
    cancel_cutoff_minutes = Fives(most=YEAR)
    auto_confirm = Truth()


class ChangeBusiness(Schema):
    """What its owner may change; what is absent stays."""

    name = Text(shortest=1, longest=128)
    category = fields.String(validate=CATEGORY)
    description = Text(longest=LONGEST_PROSE, allow_none=True)
    email = Email(allow_none=True)
    phone = Text(longest=32, allow_none=True)
    website = Website(allow_none=True)
    address = Text(longest=255, allow_none=True)
    city = Text(longest=128, allow_none=True)
    postal_code = Text(longest=16, allow_none=True)
    country = Country(allow_none=True)
    latitude = Degrees(most=90, attribute="lat_e6", allow_none=True)
    longitude = Degrees(most=180, attribute="lon_e6", allow_none=True)
    timezone = Zone()
    currency = Currency()
    settings = fields.Nested(BookingRules)

    @validates_schema
    def names_a_place(self, body: dict[str, Any], **_: Any) -> None:
        latitude, longitude = body.get("lat_e6"), body.get("lon_e6")
        if ("lat_e6" in body) != ("lon_e6" in body) or (latitude is None) != (longitude is None):
            raise ValidationError("Send latitude and longitude together.", "longitude")

    @post_load
    def flatten(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        settings = body.pop("settings", {})
        return {**body, **settings}


class RegisterBusiness(ChangeBusiness):
    """A new business; without a slug one is made of its name."""

    name = Text(shortest=1, longest=128, required=True)
    category = fields.String(validate=CATEGORY, required=True)
    timezone = Zone(required=True)
    slug = Slug()


class BusinessView(Schema):
    """A business as everybody may see it; `rating` is the mean of the reviews that are shown."""

    slug = fields.String(required=True)
    name = fields.String(required=True)
    category = fields.String(required=True, validate=CATEGORY)
    description = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    website = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    city = fields.String(required=True, allow_none=True)
    postal_code = fields.String(required=True, allow_none=True)
    country = fields.String(required=True, allow_none=True)
    latitude = Degrees(most=90, attribute="lat_e6", required=True, allow_none=True)
    longitude = Degrees(most=180, attribute="lon_e6", required=True, allow_none=True)
    timezone = fields.String(required=True)
    currency = fields.String(required=True)
    rating = fields.Function(
        lambda business: mean_rating(business),
        required=True,
        metadata={"type": ["number", "null"]},
    )
    rating_count = fields.Integer(required=True)


class FoundView(BusinessView):
    """A business in a list; `distance_km` from the place that was named."""

    distance_km = fields.Float(required=True, allow_none=True)


class DetailView(BusinessView):
    """A business with all that is shown of it."""

    settings = fields.Nested(BookingRules, required=True)
    is_favorite = fields.Boolean(required=True)
    services = fields.List(fields.Nested(OfferView), required=True)
    workers = fields.List(fields.Nested(ColleagueView), required=True)
    hours = fields.List(fields.Nested(HoursRowView), required=True)


class OwnBusinessView(BusinessView):
    """A business as those who run it see it: its state, and what its reviewer said."""

    id = fields.Integer(required=True)
    settings = Within(BookingRules, required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    reason = fields.String(required=True, allow_none=True)
    reviewed_at = When(required=True, allow_none=True)
    changed_at = When(required=True, allow_none=True)
    created_at = When(required=True)
    updated_at = When(required=True)
    version = fields.Integer(required=True)


class MineView(OwnBusinessView):
    """One of one's own, and whether as its owner."""

    is_owner = fields.Function(
        lambda business: business.owner_id == actor().user_id,
        required=True,
        metadata={"type": "boolean"},
    )


class CategoryView(Schema):
    """A kind of business, and how many there are."""

    category = fields.String(required=True, validate=CATEGORY)
    count = fields.Integer(required=True)


def mean_rating(business: Business) -> float | None:
    """The mean of its ratings with two decimals; None without one."""
    count = business.rating_count
    return round(business.rating_sum / count, 2) if count else None
