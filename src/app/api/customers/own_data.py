"""Everything that is kept of somebody, as JSON."""

from __future__ import annotations

from marshmallow import fields

from app.api.auth.schemas import AccountView
from app.api.businesses.review_routes import ReviewView
from app.api.licenses.schemas import LicenseView
from app.api.notifications.schemas import NotificationView
from app.api.orders.schemas import OrderView
from app.http.schemas import Price, Schema, When


class OwnAccountView(AccountView):
    """The account, with all by which it signs in."""

    username = fields.String(required=True, allow_none=True)
    login_phone = fields.String(required=True, allow_none=True)


class OwnLineView(Schema):
    """One service of an order."""

    name = fields.String(required=True)
    price = Price(required=True)


class OwnOrderView(OrderView):
    """An order or an appointment of one's own, with all that is kept of it."""

    lines = fields.List(fields.Nested(OwnLineView), required=True)
    piece_count = fields.Integer(required=True)
    business_id = fields.Integer(required=True)
    starts_at = When(required=True, allow_none=True)
    ends_at = When(required=True, allow_none=True)
    timezone = fields.String(required=True, allow_none=True)
    cancel_reason = fields.String(required=True, allow_none=True)
    deleted_at = When(required=True, allow_none=True)


class OwnReviewView(ReviewView):
    """What one said of an appointment."""

    order_id = fields.Integer(required=True)
    business_id = fields.Integer(required=True)


class OwnedBusinessView(Schema):
    """A business of one's own."""

    slug = fields.String(required=True)
    name = fields.String(required=True)
    status = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    city = fields.String(required=True, allow_none=True)
    created_at = When(required=True)


class OwnSignInView(Schema):
    """A browser that was signed in."""

    browser = fields.String(required=True, allow_none=True)
    created_at = When(required=True)
    expires_at = When(required=True)
    revoked_at = When(required=True, allow_none=True)


class OwnDataView(Schema):
    """Everything; what one did is in the ledger, at /api/v1/audit/my-logs."""

    account = fields.Nested(OwnAccountView, required=True)
    orders = fields.List(fields.Nested(OwnOrderView), required=True)
    reviews = fields.List(fields.Nested(OwnReviewView), required=True)
    favorites = fields.List(fields.String(), required=True)
    businesses = fields.List(fields.Nested(OwnedBusinessView), required=True)
    sign_ins = fields.List(fields.Nested(OwnSignInView), required=True)
    notifications = fields.List(fields.Nested(NotificationView), required=True)
    licenses = fields.List(fields.Nested(LicenseView), required=True)
