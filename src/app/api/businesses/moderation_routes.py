"""What admins decide of businesses (booking.md 5)."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify
from marshmallow import fields, validate

from app.api.businesses.fields import Reason
from app.api.businesses.routes import area, etag
from app.api.businesses.schemas import OwnBusinessView
from app.http.access import actor, allow
from app.http.areas import if_match
from app.http.paging import PageQuery, page_headers
from app.http.schemas import Schema
from app.models import Business
from app.operations.actors import Role
from app.operations.businesses import moderation
from app.operations.businesses.profile import MATTERS, STATUSES


class RegisteredQuery(PageQuery):
    """In which state; `changed` since its approval."""

    status = fields.String(validate=validate.OneOf(STATUSES), load_default=None)
    changed = fields.Boolean(load_default=False)


class RegisteredView(OwnBusinessView):
    """A business as its reviewer sees it."""

    owner_id = fields.Integer(required=True, allow_none=True)


class OwnerView(Schema):
    """Whose it is."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)


class ReviewedView(RegisteredView):
    """With its owner, and the names of what matters and was changed since it was approved."""

    owner = fields.Nested(OwnerView, required=True, allow_none=True)
    changed = fields.List(fields.String(validate=validate.OneOf(MATTERS)), required=True)


REGISTERED, OWNER = RegisteredView(), OwnerView()


@area.route("/admin/businesses")
@allow(Role.ADMIN)
@area.arguments(RegisteredQuery, location="query")
@area.response(200, RegisteredView(many=True))
def list_registered(query: dict[str, Any]) -> tuple[Any, dict[str, str]]:
    """List businesses, the oldest first: those that wait, or that were changed, or all."""
    found, total = moderation.list_registered(**query, actor=actor())
    return found, page_headers(query["page"], query["per_page"], total)


@area.route("/admin/businesses/<int:business_id>")
@allow(Role.ADMIN)
@area.response(200, ReviewedView)
def show_registered(business_id: int) -> tuple[Response, int, dict[str, str]]:
    """Show a business, its owner, and what was changed since it was approved."""
    business, owner, changed = moderation.show_registered(business_id, actor=actor())
    body = {
        **REGISTERED.dump(business),
        "owner": None if owner is None else OWNER.dump(owner),
        "changed": changed,
    }
    return jsonify(body), 200, etag(business)


@area.route("/admin/businesses/<int:business_id>/approve", methods=["POST"])
@allow(Role.ADMIN)
@area.response(200, RegisteredView)
@area.alt_response(409, response="Refusal409")
@area.alt_response(412, response="Refusal412")
def approve(business_id: int) -> Business:
    """Let a business be found and booked, or say that its changes are seen."""
    return moderation.approve_business(
        business_id, seen_version=if_match(), at=g.received_at, actor=actor()
    )


@area.route("/admin/businesses/<int:business_id>/reject", methods=["POST"])
@allow(Role.ADMIN)
@area.arguments(Reason)
@area.response(200, RegisteredView)
def reject(body: dict[str, str], business_id: int) -> Business:
    """Refuse a business that waits, and say why."""
    return moderation.reject_business(business_id, **body, at=g.received_at, actor=actor())


@area.route("/admin/businesses/<int:business_id>/suspend", methods=["POST"])
@allow(Role.ADMIN)
@area.arguments(Reason)
@area.response(200, RegisteredView)
def suspend(body: dict[str, str], business_id: int) -> Business:
    """Take an approved business out of sight; appointments that were made stay."""
    return moderation.suspend_business(business_id, **body, at=g.received_at, actor=actor())
