"""Which subscriptions are told of what was announced: a spreader (operations/spreaders.py)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from sqlalchemy import bindparam, or_, select

from app.database import connection
from app.database.prepared import Prepared
from app.models import WebhookSubscription
from app.operations.feed.events import data_of, find_concerned
from app.operations.outbox.lease import Message
from app.operations.outbox.spread import Row
from app.operations.webhooks.standing import IS_STOOD_FOR
from app.operations.webhooks.words import word_for

CHANNEL: Final = "webhook"

_LISTENING: Final = Prepared(
    select(WebhookSubscription.id, WebhookSubscription.events).where(
        WebhookSubscription.status == "active",
        WebhookSubscription.deleted_at.is_(None),
        IS_STOOD_FOR,
        or_(
            WebhookSubscription.business_id == bindparam("business_id"),
            WebhookSubscription.business_id.is_(None),
        ),
    )
)


def post_to_subscribers(message: Message) -> Iterator[Row]:
    """A message for each active subscription to this event, of its business and of all."""
    concerned = find_concerned(message)
    if concerned is None:
        return
    data = data_of(message, concerned)
    payload = json.dumps(data, separators=(",", ":"))
    for one in _LISTENING.rows(connection(), {"business_id": concerned.business_id}):
        if word_for(one.events.split(), message.event, data) is not None:
            yield Row(CHANNEL, one.id, payload)
