"""What an admin or an owner proves after the password, and sign-ins that still wait for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import DIGEST, KEY, Base, Key, exact


class SecondFactor(Base):
    """An account's generator of one-time codes (RFC 6238); it counts once `enabled_at` is set.

    `secret` is sealed with a key that is not in the database; no code of `last_step` or before
    is accepted any more.
    """

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(
        KEY, ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    secret: Mapped[str] = mapped_column(exact(255))
    last_step: Mapped[int] = mapped_column(KEY, default=0)
    started_at: Mapped[datetime]
    enabled_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in for the generator once; its keyed digest is stored."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("user_id", "digest"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(KEY, ForeignKey("users.id"))
    digest: Mapped[bytes] = mapped_column(DIGEST)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PendingSignIn(Base):
    """A browser whose password was right and whose code is still asked for."""

    __tablename__ = "pending_sign_ins"
    __table_args__ = (UniqueConstraint("token_digest"), Index(None, "user_id", "created_at"))

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(KEY, ForeignKey("users.id"))
    token_digest: Mapped[bytes] = mapped_column(DIGEST)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
