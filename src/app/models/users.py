"""People with accounts, and what keeps them signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import DIGEST, KEY, Base, Key, Timestamps, exact, text
from app.models.search_keys import COMPUTED, Named, search_keys


class User(Named, Timestamps, Base):
    """An account: a customer, a business owner or an admin."""

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("username"),
        UniqueConstraint("email"),
        *search_keys("users"),
    )

    id: Mapped[Key]
    username: Mapped[str | None] = mapped_column(exact(64))
    email: Mapped[str | None] = mapped_column(exact(255))
    phone: Mapped[str | None] = mapped_column(text(32))
    password_hash: Mapped[str | None] = mapped_column(exact(255))
    role: Mapped[str] = mapped_column(exact(16), default="customer", index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    verified_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {  # noqa: RUF012
        "version_id_col": version,
        "exclude_properties": tuple(COMPUTED),
    }


class TokenFamily(Base):
    """One sign-in of a JWT client: its refresh tokens follow each other, one alive at a time."""

    __tablename__ = "token_families"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(KEY, ForeignKey("users.id"), index=True)
    current_digest: Mapped[bytes] = mapped_column(DIGEST)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class AdminSession(Base):
    """A signed-in browser of an admin; the cookie's token is stored as its digest only."""

    __tablename__ = "admin_sessions"
    __table_args__ = (UniqueConstraint("token_digest"), Index(None, "user_id", "expires_at"))

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(KEY, ForeignKey("users.id"))
    token_digest: Mapped[bytes] = mapped_column(DIGEST)
    browser: Mapped[str | None] = mapped_column(text(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class PasswordLink(Base):
    """A one-time link with which a person sets a password."""

    __tablename__ = "password_links"
    __table_args__ = (UniqueConstraint("token_digest"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(KEY, ForeignKey("users.id"), index=True)
    token_digest: Mapped[bytes] = mapped_column(DIGEST)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
