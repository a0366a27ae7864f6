"""Temporary passwords: made by somebody else, good for a day, and for choosing another."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from app.database import db
from app.errors import Invalid, PasswordExpired
from app.models import PasswordLink, User
from app.operations.auth.proving import put_password

TEMPORARY_LIFETIME = timedelta(hours=24)


def set_temporary_password(user: User, password_hash: str, *, at: datetime) -> None:
    """A password that somebody else has seen: good for a day, and for choosing another.

    Links that would set a password end, too. To be recorded.
    """
    put_password(user, password_hash, at=at)
    user.must_change_password = True
    user.password_expires_at = at + TEMPORARY_LIFETIME
    if user.id is not None:
        end_links(user.id, at=at)


def end_links(user_id: int, *, at: datetime) -> None:
    """End every link of an account that sets a password; the caller records why."""
    db.session.connection().execute(
        update(PasswordLink)
        .where(PasswordLink.user_id == user_id, PasswordLink.used_at.is_(None))
        .values(used_at=at)
    )


def refuse_expired(user: User, *, at: datetime) -> None:
    """Raise PasswordExpired for a temporary password whose day is over, though it was proved."""
    if user.password_expires_at is not None and user.password_expires_at <= at:
        raise PasswordExpired


def refuse_same(user: User, password: str, new_password: str) -> None:
    """Raise Invalid when a password that has to be changed would only be kept."""
    if user.must_change_password and password == new_password:
        raise Invalid.field("new_password", "Choose another one than the present password.")
