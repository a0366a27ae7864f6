"""What people are told within the application, and how businesses and addresses want to be told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import DIGEST, KEY, PROSE, Base, Key, exact, text


class Notification(Base):
    """One piece of news in a person's inbox; the unique key lets nothing arrive twice.

    `event`, `subject_id` and `says` are those of the message that it was spread from. `title` and
    `body` are in the words of that time; `link` is a path of ours.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("user_id", "event", "subject_id", "says"),
        Index(None, "user_id", "id"),
        Index(None, "user_id", "read_at", "id"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(KEY, ForeignKey("users.id"))
    event: Mapped[str] = mapped_column(exact(32))
    subject_id: Mapped[int] = mapped_column(KEY)
    says: Mapped[str] = mapped_column(exact(32))
    title: Mapped[str] = mapped_column(text(255))
    body: Mapped[str] = mapped_column(PROSE)
    link: Mapped[str | None] = mapped_column(exact(255))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class MessageText(Base):
    """What a business adds in its own words to what its customers are told of an event."""

    __tablename__ = "message_texts"

    business_id: Mapped[int] = mapped_column(KEY, ForeignKey("businesses.id"), primary_key=True)
    event: Mapped[str] = mapped_column(exact(32), primary_key=True)
    text: Mapped[str] = mapped_column(PROSE)


class MailStop(Base):
    """An address whose person wants no more mail of orders that were placed without an account."""

    __tablename__ = "mail_stops"

    address_digest: Mapped[bytes] = mapped_column(DIGEST, primary_key=True)
    created_at: Mapped[datetime]
