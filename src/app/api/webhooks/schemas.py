"""What goes in and out of webhooks."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.http.paging import PageQuery
from app.http.schemas import Schema, Text, When
from app.operations.webhooks.subscriptions import CHOSEN
from app.operations.webhooks.words import EVENTS
from app.support.public_addresses import LONGEST_URL

STATUSES = (*CHOSEN, "ended")


def _words(**more: Any) -> fields.List[str]:
    one = fields.String(validate=validate.OneOf(EVENTS))
    some = validate.Length(min=1, max=len(EVENTS), error="Choose at least one event.")
    return fields.List(one, validate=some, **more)


class WebhooksQuery(PageQuery):
    """Of all businesses that one runs, or of one of them."""

    business = Text(longest=64, load_default=None)


class CreateWebhook(Schema):
    """Where events are posted, and which; only an admin names no business, and is told of all."""

    business = Text(shortest=1, longest=64, allow_none=True, load_default=None)
    url = Text(shortest=1, longest=LONGEST_URL, required=True)
    events = _words(required=True)


class ChangeWebhook(Schema):
    """What is absent stays."""

    url = Text(shortest=1, longest=LONGEST_URL)
    events = _words()
    status = fields.String(validate=validate.OneOf(CHOSEN))


class WebhookView(Schema):
    """A subscription; `status` is ended once its receiver answered 410, or who made it
    runs the business no more."""

    id = fields.Integer(required=True)
    business_id = fields.Integer(required=True, allow_none=True)
    url = fields.String(required=True)
    events = fields.Function(
        lambda webhook: webhook.events.split(),
        required=True,
        metadata={"type": "array", "items": {"type": "string", "enum": list(EVENTS)}},
    )
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    old_secret_until = When(attribute="old_until", required=True, allow_none=True)
    created_at = When(required=True)
    updated_at = When(required=True)


class NewWebhookView(WebhookView):
    """With the secret, shown this once."""

    secret = fields.String(required=True)


class DeliveryView(Schema):
    """An attempt; `error` is null when the receiver took it, else a word, and `status` its answer's."""

    id = fields.Integer(required=True)
    event = fields.String(required=True)
    event_id = fields.String(required=True)
    attempt = fields.Integer(required=True)
    at = When(required=True)
    took_ms = fields.Integer(required=True)
    status = fields.Integer(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
