"""The changes feed: asked again and again from a cursor on (docs/webhooks.md)."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, jsonify, request
from marshmallow import fields, validate

from app.http.access import actor, allow
from app.http.areas import Area
from app.http.paging import cursor_beyond, read_cursor
from app.http.schemas import Schema, Text, When
from app.models import FeedEvent
from app.operations.actors import Role
from app.operations.feed.read import Stretch, read_events
from app.support.clock import instant_text

area = Area("events", __name__, description="What happened, to go on from")


class EventsQuery(Schema):
    """From where on; of a business that one runs, or without it of one's own orders."""

    after = fields.String(load_default=None, validate=validate.Length(max=32))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 200))
    business = Text(longest=64, load_default=None)


class EventView(Schema):
    """An event; `cursor` is what to go on from, `id` the webhook-id of the same event."""

    cursor = fields.String(required=True)
    id = fields.String(required=True)
    type = fields.String(required=True)
    timestamp = When(required=True)
    data = fields.Dict(keys=fields.String(), required=True)


@area.route("/events")
@allow(Role.CUSTOMER, Role.ADMIN)
@area.arguments(EventsQuery, location="query")
@area.response(200, EventView(many=True))
@area.alt_response(304, description="As the ETag in If-None-Match says")
def list_events(query: dict[str, Any]) -> Response:
    """List what happened beyond a cursor, oldest first; the Link leads on from there."""
    cursor = query.pop("after")
    after = None if cursor is None else read_cursor(cursor, "after")
    stretch = read_events(after=after, actor=actor(), **query)
    tag = _tag(stretch)
    if request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
    else:
        answer = jsonify([_shown(one) for one in stretch.events])
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, no-cache"
    onward = {**request.args.to_dict(), "after": cursor_beyond(stretch.next_id)}
    answer.headers["Link"] = f'<{request.path}?{urlencode(onward)}>; rel="next"'
    return answer


def _tag(stretch: Stretch) -> str:
    """Of what is shown, and of the day: a reader for whom nothing happens goes on all the same."""
    shown = [request.query_string.decode(), [one.event_id for one in stretch.events]]
    return sha256(json.dumps([*shown, str(g.received_at.date())]).encode()).hexdigest()[:32]


def _shown(one: FeedEvent) -> dict[str, Any]:
    return {
        "cursor": cursor_beyond(one.id),
        "id": one.event_id,
        "type": one.event,
        "timestamp": instant_text(one.at),
        "data": json.loads(one.payload),
    }
