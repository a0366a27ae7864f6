"""Webhooks and the changes feed: who is told by a POST, how each attempt went, and what there is to tell."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import KEY, PROSE, Base, Key, Timestamps, exact

COUNTER: Final = 1
"""The one row of `feed_counter`."""


class WebhookSubscription(Timestamps, Base):
    """Where the events of a business are posted; without a `business_id` those of all.

    `user_id` is who chose where, None where that was not kept (operations/webhooks/standing.py).
    `events` are words, separated by blanks. `status` is active, paused, or ended (by a 410, or
    because that person runs the business no more). Its
    secret is stored nowhere: `nonce` and the key named `key_id` give it; until `old_until` the one
    before signs, too.
    """

    __tablename__ = "webhook_subscriptions"

    id: Mapped[Key]
    business_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("businesses.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(KEY)
    url: Mapped[str] = mapped_column(exact(512))
    events: Mapped[str] = mapped_column(exact(1024))
    status: Mapped[str] = mapped_column(exact(8), default="active")
    nonce: Mapped[str] = mapped_column(exact(43))
    key_id: Mapped[str] = mapped_column(exact(16))
    old_nonce: Mapped[str | None] = mapped_column(exact(43))
    old_key_id: Mapped[str | None] = mapped_column(exact(16))
    old_until: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class WebhookDelivery(Base):
    """One attempt to deliver a message of the outbox; nothing of the answer but its status is kept.

    `error` is a word for what went wrong; without one the receiver has the message.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (Index(None, "subscription_id", "id"),)

    id: Mapped[Key]
    subscription_id: Mapped[int] = mapped_column(KEY, ForeignKey("webhook_subscriptions.id"))
    outbox_id: Mapped[int] = mapped_column(KEY)
    event: Mapped[str] = mapped_column(exact(32))
    event_id: Mapped[str] = mapped_column(exact(36))
    attempt: Mapped[int]
    at: Mapped[datetime]
    took_ms: Mapped[int]
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(exact(32))


class FeedEvent(Base):
    """An event of the changes feed; ids have no gaps, and become visible in their order.

    `at` is when it happened, `added_at` when it came into the feed. `payload` is JSON.
    """

    __tablename__ = "feed_events"
    __table_args__ = (Index(None, "business_id", "id"), Index(None, "customer_id", "id"))

    id: Mapped[int] = mapped_column(KEY, primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(exact(36))
    event: Mapped[str] = mapped_column(exact(32))
    business_id: Mapped[int | None] = mapped_column(KEY)
    customer_id: Mapped[int | None] = mapped_column(KEY)
    payload: Mapped[str] = mapped_column(PROSE)
    at: Mapped[datetime]
    added_at: Mapped[datetime]


class FeedCounter(Base):
    """The id of the feed's newest event: whoever adds one locks this row first, until the commit."""

    __tablename__ = "feed_counter"

    id: Mapped[int] = mapped_column(KEY, primary_key=True, autoincrement=False)
    newest: Mapped[int] = mapped_column(KEY)
