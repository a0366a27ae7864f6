"""People with accounts, and what keeps them signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import DIGEST, KEY, Base, Key, Timestamps, exact, text
from app.models.search_keys import COMPUTED, Named, search_keys

EVERY_CHANNEL = "email,sms,inbox"
CLOSED_ACCOUNT = "Closed account"
"""The name in the place of that of somebody who has left."""


class User(Named, Timestamps, Base):
    """An account: a customer, a business owner or an admin.

    `login_phone` is a number in E.164 that signs in, while `phone` is any text that reaches them;
    `password_expires_at` is the end of a temporary password. `channels` are the ways on which it
    wants news, with commas between them; `closed_at` is when its person ended it, and took name
    and contact away.
    """

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("username"),
        UniqueConstraint("email"),
        Index("uq_users_login_phone", "login_phone", unique=True),
        *search_keys("users"),
    )

    id: Mapped[Key]
    username: Mapped[str | None] = mapped_column(exact(64))
    email: Mapped[str | None] = mapped_column(exact(255))
    phone: Mapped[str | None] = mapped_column(text(32))
    login_phone: Mapped[str | None] = mapped_column(exact(16))
    password_hash: Mapped[str | None] = mapped_column(exact(255))
    role: Mapped[str] = mapped_column(exact(16), default="customer", index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    verified_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    password_expires_at: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(exact(16), default="en", server_default="en")
    timezone: Mapped[str | None] = mapped_column(exact(64))
    channels: Mapped[str] = mapped_column(
        exact(32), default=EVERY_CHANNEL, server_default=EVERY_CHANNEL
    )
    closed_at: Mapped[datetime | None]
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


class BrowserSession(Base):
    """A signed-in browser, of an admin or of anybody else (operations/auth/sessions.py).

    The cookie's token is stored as its digest only.
    """

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
    """A one-time link with which a person sets a password.

    One that was asked for by mail has a `nonce`, of which its token is derived with the key of
    `key_id` when the mail is sent (operations/auth/mailed.py), and no `user_id` where the address is
    nobody's: asking leaves the same rows whoever is asked for.
    """

    __tablename__ = "password_links"
    __table_args__ = (UniqueConstraint("token_digest"),)

    id: Mapped[Key]
    user_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("users.id"), index=True)
    token_digest: Mapped[bytes] = mapped_column(DIGEST)
    key_id: Mapped[str | None] = mapped_column(exact(16))
    nonce: Mapped[bytes | None] = mapped_column(DIGEST)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
