"""One delivery before and after its POST: what is sent, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, insert, select

from app.database import connection, db, reading
from app.database.guard import UNRECORDED
from app.database.prepared import Prepared
from app.models import WebhookDelivery, WebhookSubscription
from app.operations.actors import SYSTEM
from app.operations.feed.events import event_id
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.outbox.lease import Message
from app.operations.outbox.transports import Outdated, Undeliverable
from app.operations.webhooks.secrets import keys_of
from app.operations.webhooks.standing import IS_STOOD_FOR
from app.operations.webhooks.words import word_for
from app.support.clock import instant_text
from app.support.webhook_signatures import signed_headers

GONE: Final = 410
"""The receiver wants nothing any more (Standard Webhooks)."""

RETRIED_FOR: Final = timedelta(days=3)
"""Since it happened: where many wait for one receiver, each is tried too seldom to be counted out."""

_NEW = WebhookDelivery.__table__.columns
_NOTED = Prepared(
    insert(WebhookDelivery)
    .values({one.key: bindparam(one.key, type_=one.type) for one in _NEW if one.key != "id"})
    .execution_options(**UNRECORDED)
)


class Paused(Exception):
    """Its subscriber does not want to be told now."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed body, and where it is to be posted."""

    url: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a POST went: a status, or a word for why there is none; `error` is None once it is taken."""

    status: int | None
    error: str | None
    took_ms: int


def prepare_delivery(message: Message, *, at: datetime) -> Signed:
    """What is to be posted now.

    Raises Outdated when its subscriber does not want it any more, Undeliverable once it was tried
    and is three days old, Paused, and SecretLost.
    """
    if message.attempts > 1 and at - message.created_at > RETRIED_FOR:
        raise Undeliverable("TooOld")
    query = select(WebhookSubscription).where(
        WebhookSubscription.id == message.recipient_id,
        WebhookSubscription.deleted_at.is_(None),
        IS_STOOD_FOR,
    )
    with reading() as session:
        found = session.scalar(query.execution_options(populate_existing=True))
    if found is None or found.status == "ended":
        raise Outdated
    data = json.loads(message.payload)
    word = word_for(found.events.split(), message.event, data)
    if word is None:
        raise Outdated
    if found.status == "paused":
        raise Paused
    told = {"type": word, "timestamp": instant_text(message.created_at), "data": data}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    signed = signed_headers(event_id(message), body, keys=keys_of(found, at=at), at=at)
    headers = {"Content-Type": "application/json", "User-Agent": "Handover-Webhooks/1", **signed}
    return Signed(found.url, body, headers)


def note_outcome(message: Message, outcome: Outcome, *, at: datetime) -> None:
    """Log an attempt; a 410 ends the subscription."""
    values = {
        "subscription_id": message.recipient_id,
        "outbox_id": message.id,
        "event": message.event,
        "event_id": event_id(message),
        "attempt": message.attempts,
        "at": at,
        "took_ms": outcome.took_ms,
        "status": outcome.status,
        "error": outcome.error,
    }
    _NOTED.change(connection(), values)
    if outcome.status == GONE:
        _end(message.recipient_id, at)


def _end(subscription_id: int, at: datetime) -> None:
    found = db.session.get(WebhookSubscription, subscription_id, with_for_update=True)
    if found is not None and found.status != "ended":
        found.status = "ended"
        found.updated_at = at
        record(actions.WEBHOOK_ENDED, found, actor=SYSTEM)
