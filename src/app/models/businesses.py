"""Businesses: what they are, when they are open, who works there, and what customers say of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.models.base import DIGEST, KEY, PROSE, Base, Key, Timestamps, exact, text
from app.models.search_keys import Named
from app.support.search_text import folded, name_key

HOUSE: Final = 1
"""The business to which everything belongs that no other business was named for (booking.md 1)."""


class Business(Named, Timestamps, Base):
    """Whose services are booked; `status` is pending, approved, rejected or suspended.

    `reason` is what its reviewer said. `changed_at` is when something that matters was changed
    since its approval, `approved_name` ... `approved_category` are what it was then. Positions are
    integers of 1e-6 degrees. `slot_step_minutes` ... `auto_confirm` are its rules of booking; `sender_name` is whom its mails are from, if not its
    name; those in minutes are multiples of 5. `rating_sum` and
    `rating_count` are of the reviews that are shown, counted along with them. The house is made
    by the migration, at version 0: its first record is of its first change.
    """

    __tablename__ = "businesses"
    __table_args__ = (
        UniqueConstraint("slug"),
        Index("ix_businesses_changed_at", "changed_at"),
        Index("ix_businesses_status_id", "status", "id"),
        Index("ix_businesses_status_category_id", "status", "category", "id"),
        Index("ix_businesses_status_city_key_id", "status", "city_key", "id"),
        Index("ix_businesses_status_lat_e6", "status", "lat_e6"),
        Index("ix_businesses_status_name_key_id", "status", "name_key", "id"),
    )

    id: Mapped[Key]
    owner_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("users.id"), index=True)
    slug: Mapped[str] = mapped_column(exact(64))
    category: Mapped[str] = mapped_column(exact(16), default="other")
    description: Mapped[str | None] = mapped_column(PROSE)
    about_key: Mapped[str | None] = mapped_column(PROSE, deferred=True)
    email: Mapped[str | None] = mapped_column(exact(255))
    phone: Mapped[str | None] = mapped_column(text(32))
    website: Mapped[str | None] = mapped_column(exact(255))
    address: Mapped[str | None] = mapped_column(text(255))
    city: Mapped[str | None] = mapped_column(text(128))
    city_key: Mapped[str] = mapped_column(exact(128), default="")
    postal_code: Mapped[str | None] = mapped_column(exact(16))
    country: Mapped[str | None] = mapped_column(exact(2))
    lat_e6: Mapped[int | None]
    lon_e6: Mapped[int | None]
    sender_name: Mapped[str | None] = mapped_column(text(64))
    timezone: Mapped[str] = mapped_column(exact(64), default="UTC")
    currency: Mapped[str] = mapped_column(exact(3), default="EUR")

    status: Mapped[str] = mapped_column(exact(16), default="pending")
    reason: Mapped[str | None] = mapped_column(text(500))
    reviewed_by: Mapped[int | None] = mapped_column(KEY, ForeignKey("users.id"))
    reviewed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    approved_name: Mapped[str | None] = mapped_column(text(128))
    approved_address: Mapped[str | None] = mapped_column(text(255))
    approved_city: Mapped[str | None] = mapped_column(text(128))
    approved_category: Mapped[str | None] = mapped_column(exact(16))
    deleted_at: Mapped[datetime | None]

    slot_step_minutes: Mapped[int] = mapped_column(default=15)
    lead_minutes: Mapped[int] = mapped_column(default=0)
    horizon_days: Mapped[int] = mapped_column(default=90)
    cancel_cutoff_minutes: Mapped[int] = mapped_column(default=0)
    auto_confirm: Mapped[bool] = mapped_column(default=False)
    rating_sum: Mapped[int] = mapped_column(default=0, server_default="0")
    rating_count: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @validates("city")
    def _key_of_city(self, _field: str, city: str | None) -> str | None:
        self.city_key = name_key(city or "")
        return city

    @validates("description")
    def _key_of_description(self, _field: str, description: str | None) -> str | None:
        self.about_key = folded(description) if description else None
        return description


class Hours(Base):
    """When a business or, with `worker_id`, one of its workers is open, in minutes of wall time.

    Of a `weekday` (0 is Monday) or of one `day`, whose rows replace that weekday's. `closes` may
    exceed 1440: overnight belongs to the day it starts. `kind` is open, or off (a break, a holiday).
    """

    __tablename__ = "hours"
    __table_args__ = (
        Index("ix_hours_business_id_worker_id_day", "business_id", "worker_id", "day"),
    )

    id: Mapped[Key]
    business_id: Mapped[int] = mapped_column(KEY, ForeignKey("businesses.id"))
    worker_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("workers.id"))
    weekday: Mapped[int | None]
    day: Mapped[date | None]
    opens: Mapped[int]
    closes: Mapped[int]
    kind: Mapped[str] = mapped_column(exact(4), default="open")


class TimeOff(Base):
    """When a worker is away, whatever the hours say.

    An id is never given again: rows are deleted, and the ledger names them.
    """

    __tablename__ = "time_off"
    __table_args__ = (
        Index("ix_time_off_worker_id_ends_at", "worker_id", "ends_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Key]
    worker_id: Mapped[int] = mapped_column(KEY, ForeignKey("workers.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(text(255))
    created_at: Mapped[datetime]


class WorkerService(Base):
    """Who can do a service; one without rows can be done by every worker of its business."""

    __tablename__ = "worker_services"

    worker_id: Mapped[int] = mapped_column(KEY, ForeignKey("workers.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(
        KEY, ForeignKey("services.id"), primary_key=True, index=True
    )


class Favorite(Base):
    """A business that a customer wants to find again."""

    __tablename__ = "favorites"

    user_id: Mapped[int] = mapped_column(KEY, ForeignKey("users.id"), primary_key=True)
    business_id: Mapped[int] = mapped_column(
        KEY, ForeignKey("businesses.id"), primary_key=True, index=True
    )
    created_at: Mapped[datetime]


class Review(Timestamps, Base):
    """What a customer says of a completed appointment, once; `rating` is 1 to 5."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("order_id"),
        Index("ix_reviews_business_id_hidden_at_id", "business_id", "hidden_at", "id"),
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(KEY, ForeignKey("orders.id"))
    business_id: Mapped[int] = mapped_column(KEY, ForeignKey("businesses.id"))
    user_id: Mapped[int] = mapped_column(KEY, ForeignKey("users.id"), index=True)
    rating: Mapped[int]
    comment: Mapped[str | None] = mapped_column(PROSE)
    reply: Mapped[str | None] = mapped_column(PROSE)
    replied_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[str | None] = mapped_column(text(500))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class CalendarFeed(Base):
    """An address from which a business's or a worker's calendar can be read, until it is revoked."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (UniqueConstraint("token_digest"),)

    id: Mapped[Key]
    business_id: Mapped[int] = mapped_column(KEY, ForeignKey("businesses.id"), index=True)
    worker_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("workers.id"))
    token_digest: Mapped[bytes] = mapped_column(DIGEST)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
