"""Whom a business's mails are from, and what it says in them (docs/notifications.md)."""

from __future__ import annotations

from typing import Any

from flask import g
from marshmallow import fields, validate

from app.api.businesses.routes import OWNERS, area, etag
from app.http.access import actor, allow
from app.http.areas import if_match
from app.http.schemas import Schema, Text
from app.models import Business
from app.operations.notifications import own_words

LONGEST = 1000


class ChangeMessages(Schema):
    """What is absent stays; null or an empty text takes it away."""

    sender_name = Text(longest=64, allow_none=True)
    texts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(own_words.OF_CUSTOMERS)),
        values=Text(longest=LONGEST, allow_none=True),
        load_default=dict,
    )


class MessagesView(Schema):
    """Whom mails are from, if not the business's name, and its texts by event."""

    sender_name = fields.String(required=True, allow_none=True)
    texts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    version = fields.Integer(required=True)


@area.route("/businesses/<string:slug>/messages")
@allow(*OWNERS)
@area.response(200, MessagesView)
def show_messages(slug: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Show one's business's own words."""
    return _shape(*own_words.get_own_words(slug, actor=actor()))


@area.route("/businesses/<string:slug>/messages", methods=["PUT"])
@allow(*OWNERS)
@area.arguments(ChangeMessages)
@area.response(200, MessagesView)
@area.alt_response(412, response="Refusal412")
def change_messages(body: dict[str, Any], slug: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Change them; what customers were told already stays as it was."""
    return _shape(
        *own_words.change_own_words(
            slug, **body, seen_version=if_match(), at=g.received_at, actor=actor()
        )
    )


def _shape(business: Business, texts: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    shape = {"sender_name": business.sender_name, "texts": texts, "version": business.version}
    return shape, etag(business)
