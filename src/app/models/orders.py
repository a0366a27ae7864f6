"""Orders, the other names they are known by, and the keys that make placing one safe to repeat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import DIGEST, KEY, PROSE, Base, Key, Money, Timestamps, exact, text
from app.models.businesses import HOUSE
from app.models.search_keys import COMPUTED, Named, search_keys


class Order(Named, Timestamps, Base):
    """What a customer handed over.

    `status` ... `custodian_id` project the fold over its tracks (scans.md 6); `version` counts
    the recorded changes and is raised by the UPDATE that locks the row (operations/tracks/lock.py).
    `sightings` is JSON: which pieces each action saw, and the last trusted position.
    `channel` is legacy, v1, admin or import. `email` is as given, `email_key` as compared.

    An order with a `starts_at` is an appointment (booking.md 1), which its `worker_id` performs;
    `local_start` is what its customer was told, in `timezone`. `hold_expires_at` is of one that
    was held first, `sequence` counts its moves (RFC 5545), `cancelled_by` is a role. `business_id`
    and `worker_id` are no foreign keys: every order placed would lock the row of its business and
    keep one more index.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("order_number"),
        UniqueConstraint("label_code"),
        Index("ix_orders_email_key_id", "email_key", "id"),
        Index("ix_orders_customer_id_id", "customer_id", "id"),
        Index("ix_orders_status_id_deleted_at", "status", "id", "deleted_at"),
        Index("ix_orders_status_starts_at_id", "status", "starts_at", "id"),
        Index("ix_orders_created_at_id", "created_at", "id"),
        Index("ix_orders_business_id_starts_at_id", "business_id", "starts_at", "id"),
        Index("ix_orders_ends_at", "ends_at"),
        *search_keys("orders"),
    )
    __mapper_args__ = {"exclude_properties": tuple(COMPUTED)}  # noqa: RUF012

    id: Mapped[Key]
    order_number: Mapped[str] = mapped_column(exact(64))
    label_code: Mapped[str] = mapped_column(exact(24))
    channel: Mapped[str] = mapped_column(exact(16))
    customer_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("users.id"))
    service_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("services.id"), index=True)
    service_name: Mapped[str] = mapped_column(text(512))
    total_cost: Mapped[Money]
    email: Mapped[str | None] = mapped_column(exact(255))
    email_key: Mapped[str | None] = mapped_column(exact(255))
    phone: Mapped[str | None] = mapped_column(text(32))
    pickup_date: Mapped[str | None] = mapped_column(exact(32))
    instructions: Mapped[str | None] = mapped_column(PROSE)
    piece_count: Mapped[int] = mapped_column(default=1)

    status: Mapped[str] = mapped_column(exact(16), default="created")
    status_since: Mapped[datetime]
    folded_at: Mapped[datetime | None]
    folded_seq: Mapped[int] = mapped_column(KEY, default=0)
    folded_event_id: Mapped[str | None] = mapped_column(exact(36))
    sightings: Mapped[str | None] = mapped_column(PROSE)
    location: Mapped[str | None] = mapped_column(text(255))
    located_at: Mapped[datetime | None]
    custodian_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("workers.id"))

    business_id: Mapped[int] = mapped_column(KEY, default=HOUSE, server_default=str(HOUSE))
    worker_id: Mapped[int | None] = mapped_column(KEY)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    local_start: Mapped[str | None] = mapped_column(exact(16))
    timezone: Mapped[str | None] = mapped_column(exact(64))
    currency: Mapped[str | None] = mapped_column(exact(3))
    hold_expires_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    cancelled_by: Mapped[str | None] = mapped_column(exact(16))
    cancel_reason: Mapped[str | None] = mapped_column(text(500))

    version: Mapped[int] = mapped_column(default=1)
    deleted_at: Mapped[datetime | None]

    lines: Mapped[list[OrderLine]] = relationship(
        order_by="OrderLine.position", back_populates="order"
    )


class OrderLine(Base):
    """One service of an order, with the price of the moment it was placed."""

    __tablename__ = "order_lines"

    order_id: Mapped[int] = mapped_column(KEY, ForeignKey("orders.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    service_id: Mapped[int] = mapped_column(KEY, ForeignKey("services.id"), index=True)
    name: Mapped[str] = mapped_column(text(128))
    price: Mapped[Money]

    order: Mapped[Order] = relationship(back_populates="lines")


SUPERSEDED_LABEL = "label"
"""The kind of alias that was a label's code until a reprint: it is scanned, never typed."""


class OrderAlias(Base):
    """Another name of an order: an imported number, or a label code that a reprint replaced."""

    __tablename__ = "order_aliases"

    alias: Mapped[str] = mapped_column(exact(64), primary_key=True)
    order_id: Mapped[int] = mapped_column(KEY, ForeignKey("orders.id"), index=True)
    kind: Mapped[str] = mapped_column(exact(16))


class IdempotencyKey(Base):
    """The first answer given to a key, kept for good (contract.md 3)."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("user_id", "route", "key"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(KEY, ForeignKey("users.id"))
    route: Mapped[str] = mapped_column(exact(64))
    key: Mapped[str] = mapped_column(exact(255))
    body_digest: Mapped[bytes] = mapped_column(DIGEST)
    answer: Mapped[str] = mapped_column(PROSE)
    created_at: Mapped[datetime]
