"""Workers, and the devices with which they scan."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import DIGEST, KEY, PROSE, Base, Key, Timestamps, exact, text
from app.models.businesses import HOUSE


class Worker(Timestamps, Base):
    """A person who scans and, in a business that takes appointments, performs them.

    `user_id` is the account with which they see their calendar, and manage the business where
    `is_manager`; it took up the one-time code of `invite_digest` for that. An implicit one stands
    for a business without staff.
    """

    __tablename__ = "workers"
    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("business_id", "user_id"),
        UniqueConstraint("invite_digest"),
        Index("ix_workers_business_id_id", "business_id", "id"),
    )

    id: Mapped[Key]
    business_id: Mapped[int] = mapped_column(
        KEY, ForeignKey("businesses.id"), default=HOUSE, server_default=str(HOUSE)
    )
    user_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(text(128))
    email: Mapped[str | None] = mapped_column(exact(255))
    password_hash: Mapped[str | None] = mapped_column(exact(255))
    specialization: Mapped[str | None] = mapped_column(text(128))
    bio: Mapped[str | None] = mapped_column(PROSE)
    is_manager: Mapped[bool] = mapped_column(default=False, server_default="0")
    is_implicit: Mapped[bool] = mapped_column(default=False, server_default="0")
    is_active: Mapped[bool] = mapped_column(default=True)
    invite_digest: Mapped[bytes | None] = mapped_column(DIGEST)
    invite_expires_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Device(Timestamps, Base):
    """Something that scans, known by a bearer token of which only the digest is stored.

    `origin` is `enrolled` (by an admin's code), `login` (a worker signed in), or `shared`
    (the one device of unauthenticated legacy scans). `state` is what the scans told of the
    device itself (operations/tracks/device_state.py); `state_version` guards it.
    """

    __tablename__ = "devices"
    __table_args__ = (UniqueConstraint("token_digest"), UniqueConstraint("enrol_digest"))

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(text(128))
    station: Mapped[str | None] = mapped_column(text(64))
    profile: Mapped[str] = mapped_column(exact(16), default="scan")
    origin: Mapped[str] = mapped_column(exact(16), default="enrolled")
    default_action: Mapped[str | None] = mapped_column(exact(16))
    worker_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("workers.id"), index=True)
    token_digest: Mapped[bytes | None] = mapped_column(DIGEST)
    enrol_digest: Mapped[bytes | None] = mapped_column(DIGEST)
    enrol_expires_at: Mapped[datetime | None]
    enrolled_at: Mapped[datetime | None]
    hardware: Mapped[str | None] = mapped_column(text(128))
    app: Mapped[str | None] = mapped_column(text(64))
    app_version: Mapped[str | None] = mapped_column(text(32))
    last_seen_at: Mapped[datetime | None] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    drained: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(PROSE, default="{}")
    state_version: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    worker: Mapped[Worker | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
