"""What waits to be sent after its transaction has committed (architecture.md 2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import KEY, PROSE, Base, Key, exact


class OutboxMessage(Base):
    """One message on one channel to one recipient; the unique key lets nothing be told twice.

    `event` is a word such as `order.placed`, `subject_id` what it happened to (an order), `says`
    what is told of it (a status). What was announced is on the channel `fan_out`, to nobody; from it
    the sender makes a message for each who is to know, whose `recipient_id` its channel understands
    (operations/outbox/spread.py). `payload` is JSON with ids and words: contacts are looked up when
    it is sent. `created_at` is since when it is to be told: of a reminder, that is when it is due
    first. `due_at` is when it may be taken: while a sender holds it, under the `lease` token,
    that is when the sender counts as dead. `last_error` is the name of an exception's class, or
    what its receiver said, in a word (`SMTP 550`).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("subject_id", "event", "says", "channel", "recipient_id"),
        Index(None, "channel", "sent_at", "dead_at", "due_at", "id"),
        Index(None, "sent_at", "dead_at", "id"),
    )

    id: Mapped[Key]
    event: Mapped[str] = mapped_column(exact(32))
    subject_id: Mapped[int] = mapped_column(KEY)
    says: Mapped[str] = mapped_column(exact(32))
    channel: Mapped[str] = mapped_column(exact(16))
    recipient_id: Mapped[int] = mapped_column(KEY, server_default="0")
    payload: Mapped[str] = mapped_column(PROSE)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    lease: Mapped[str | None] = mapped_column(exact(36))
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(exact(64))
