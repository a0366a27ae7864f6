"""What proves that an account's e-mail address is its person's: a code, or a link, that was mailed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import DIGEST, KEY, Base, Key, exact


class EmailVerification(Base):
    """One mail's code and link, of which the digests are stored alone.

    Both are derived from `nonce` with the key of `key_id` when the mail is sent
    (operations/auth/mailed.py). `ended_at` is when a newer one, or a new address, took its place.
    """

    __tablename__ = "email_verifications"
    __table_args__ = (UniqueConstraint("token_digest"), Index(None, "user_id", "id"))

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(KEY, ForeignKey("users.id"))
    key_id: Mapped[str] = mapped_column(exact(16))
    nonce: Mapped[bytes] = mapped_column(DIGEST)
    code_digest: Mapped[bytes] = mapped_column(DIGEST)
    token_digest: Mapped[bytes] = mapped_column(DIGEST)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
