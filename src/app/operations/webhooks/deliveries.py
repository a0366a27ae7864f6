"""What was delivered, and delivering once more; and a test event."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final

from sqlalchemy import select, update

from app.database import db
from app.errors import Conflict, NotFound, RateLimited
from app.models import OutboxMessage, WebhookDelivery, WebhookSubscription
from app.operations.actors import Actor
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.webhooks.reach import get_subscription
from app.operations.webhooks.spreading import CHANNEL
from app.operations.webhooks.words import TEST

MOST_TESTS: Final = 10
"""Of a webhook within an hour."""

_HOUR: Final = timedelta(hours=1)


def list_deliveries(
    subscription_id: int, *, after_id: int | None, limit: int, actor: Actor
) -> Sequence[WebhookDelivery]:
    """The attempts, newest first, `limit` of those older than the one `after_id`; raises NotFound."""
    found = get_subscription(subscription_id, actor=actor)
    query = select(WebhookDelivery).where(WebhookDelivery.subscription_id == found.id)
    if after_id is not None:
        query = query.where(WebhookDelivery.id < after_id)
    return db.session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit)).all()


def replay_delivery(
    subscription_id: int, delivery_id: int, *, at: datetime, actor: Actor
) -> WebhookDelivery:
    """Deliver a message again at once, whatever became of it, under the id that it had.

    Raises NotFound, also for a message that is not kept any more; Conflict while it is being sent,
    and for a subscription that is not active.
    """
    found = get_subscription(subscription_id, actor=actor)
    delivery = db.session.get(WebhookDelivery, delivery_id)
    if delivery is None or delivery.subscription_id != found.id:
        raise NotFound
    _refuse_inactive(found)
    is_it = (
        OutboxMessage.id == delivery.outbox_id,
        OutboxMessage.channel == CHANNEL,
        OutboxMessage.recipient_id == found.id,
        OutboxMessage.event == delivery.event,
    )
    again = (
        update(OutboxMessage)
        .where(*is_it, OutboxMessage.lease.is_(None))
        .values(sent_at=None, dead_at=None, attempts=0, due_at=at)
    )
    if db.session.connection().execute(again).rowcount == 0:
        if db.session.scalar(select(OutboxMessage.id).where(*is_it)) is None:
            raise NotFound
        raise Conflict("It is being sent at this moment.")
    record(actions.WEBHOOK_REPLAYED, found, actor=actor, delivery_id=delivery.id)
    return delivery


def send_test(subscription_id: int, *, at: datetime, actor: Actor) -> None:
    """Have a test event posted at once: ten times an hour, for it is a POST to whomever one names.

    Raises NotFound, Conflict for one that is not active, RateLimited. Its row is locked: of two
    tests at once the second one counts the first.
    """
    found = get_subscription(subscription_id, for_change=True, actor=actor)
    _refuse_inactive(found)
    _refuse_more_tests(found.id, at=at)
    test = OutboxMessage(
        event=TEST,
        subject_id=found.id,
        says=token_hex(16),
        channel=CHANNEL,
        recipient_id=found.id,
        payload=json.dumps({"webhook_id": found.id}),
        created_at=at,
        due_at=at,
        attempts=0,
    )
    db.session.add(test)
    record(actions.WEBHOOK_TESTED, found, actor=actor)


def _refuse_more_tests(subscription_id: int, *, at: datetime) -> None:
    lately = (
        select(OutboxMessage.created_at)
        .where(
            OutboxMessage.subject_id == subscription_id,
            OutboxMessage.event == TEST,
            OutboxMessage.created_at > at - _HOUR,
        )
        .order_by(OutboxMessage.created_at.desc())
        .offset(MOST_TESTS - 1)
        .limit(1)
    )
    oldest = db.session.scalar(lately)
    if oldest is not None:
        wait = oldest + _HOUR - at
        raise RateLimited(
            f"A webhook is tested {MOST_TESTS} times an hour.",
            retry_after=max(1, round(wait.total_seconds())),
        )


def _refuse_inactive(subscription: WebhookSubscription) -> None:
    if subscription.status != "active":
        raise Conflict("This webhook is not active: let it go on first.")
