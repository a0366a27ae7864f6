"""Appointments for other calendars: a file of one, and feeds by an address with a token (booking.md 5)."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import Response, g, request
from marshmallow import fields

from app.api.appointments.routes import area
from app.http.access import actor, allow, public, settings
from app.http.limits import limited
from app.http.schemas import BIGINT, Schema, When, Whole
from app.models import CalendarFeed
from app.operations.actors import Role
from app.operations.booking import calendars
from app.operations.booking.reaching import get_appointment
from app.operations.businesses.access import get_own_business

_OWNERS = (Role.CUSTOMER, Role.ADMIN)


class CreateFeed(Schema):
    """Whose calendar: that of the business, or of one of its workers."""

    worker_id = Whole(least=1, most=BIGINT, load_default=None, allow_none=True)


class FeedView(Schema):
    """A calendar's address; only when it is made, it is told."""

    id = fields.Integer(required=True)
    worker_id = fields.Integer(required=True, allow_none=True)
    created_at = When(required=True)


class NewFeedView(FeedView):
    """A calendar's address, told this once."""

    url = fields.String(required=True)
    token = fields.String(required=True)


@area.route("/appointments/<string:ref>/calendar.ics")
@allow(Role.CUSTOMER, Role.WORKER, Role.ADMIN)
@area.response(200, content_type="text/calendar")
@area.alt_response(304, description="As the ETag in If-None-Match says")
def show_calendar(ref: str) -> Response:
    """An appointment as a file that calendars import."""
    seen = get_appointment(ref, actor=actor())
    text = calendars.appointment_calendar(seen, public_url=settings().public_url)
    return _calendar(text, f"{seen.order.order_number}.ics")


@area.route("/calendar/<string:feed_token>.ics")
@public
@limited("lookup")
@area.response(200, content_type="text/calendar")
@area.alt_response(304, description="As the ETag in If-None-Match says")
def show_feed(feed_token: str) -> Response:
    """The calendar of a business or of a worker, to which other programs subscribe."""
    text = calendars.read_feed(feed_token, public_url=settings().public_url, at=g.received_at)
    return _calendar(text, "calendar.ics")


@area.route("/businesses/<string:slug>/feeds")
@allow(*_OWNERS)
@area.response(200, FeedView(many=True))
def list_feeds(slug: str) -> Any:
    """List the calendar addresses that are in use; their tokens are not kept."""
    return calendars.list_feeds(get_own_business(slug, actor=actor()))


@area.route("/businesses/<string:slug>/feeds", methods=["POST"])
@allow(*_OWNERS)
@area.arguments(CreateFeed)
@area.response(201, NewFeedView)
def create_feed(body: dict[str, Any], slug: str) -> dict[str, Any]:
    """Make a calendar address; whoever knows it sees the calendar, until it is revoked."""
    business = get_own_business(slug, actor=actor())
    feed, token = calendars.create_feed(business, **body, at=g.received_at, actor=actor())
    return {**_shown(feed), "token": token, "url": _address(token)}


@area.route("/businesses/<string:slug>/feeds/<int:feed_id>", methods=["DELETE"])
@allow(*_OWNERS)
@area.response(204)
def revoke_feed(slug: str, feed_id: int) -> None:
    """Revoke a calendar address."""
    business = get_own_business(slug, actor=actor())
    calendars.revoke_feed(business, feed_id, at=g.received_at, actor=actor())


def _shown(feed: CalendarFeed) -> dict[str, Any]:
    return {"id": feed.id, "worker_id": feed.worker_id, "created_at": feed.created_at}


def _address(token: str) -> str:
    return f"{settings().public_url}/api/v1/calendar/{token}.ics"


def _calendar(text: bytes, name: str) -> Response:
    tag = sha256(text).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
    else:
        answer = Response(text, content_type="text/calendar; charset=utf-8")
        answer.headers.set("Content-Disposition", "inline", filename=name)
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
