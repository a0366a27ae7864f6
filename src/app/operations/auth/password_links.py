"""One-time links with which a person sets a password, so that nobody else ever knows it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from app import database
from app.database import db
from app.errors import InvalidToken
from app.models import PasswordLink, User
from app.operations.auth.principals import as_actor
from app.operations.auth.proving import hash_new_password
from app.operations.auth.sign_ins import end_sign_ins
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support.passwords import PasswordHasher
from app.support.tokens import new_token, token_digest

LINK_LIFETIME = timedelta(days=7)


def make_password_link(user_id: int, *, at: datetime) -> str:
    """The token of a link that sets the user's password once, within seven days (L19)."""
    token = new_token("hp_")
    db.session.add(
        PasswordLink(
            user_id=user_id,
            token_digest=token_digest(token),
            created_at=at,
            expires_at=at + LINK_LIFETIME,
        )
    )
    db.session.flush()
    return token


def set_password_by_link(
    *, token: str, password: str, passwords: PasswordHasher, at: datetime
) -> User:
    """Set a password by a link that is alive, which ends every sign-in and link of the user.

    Raises Invalid for an unacceptable password, InvalidToken for a link that is unknown,
    used, too old or of a deactivated account.
    """
    alive = (
        PasswordLink.token_digest == token_digest(token),
        PasswordLink.used_at.is_(None),
        PasswordLink.expires_at > at,
    )
    with database.reading():
        user_id = db.session.scalar(select(PasswordLink.user_id).where(*alive))
    if user_id is None:
        raise InvalidToken
    password_hash = hash_new_password(password, passwords=passwords)
    user = db.session.get(User, user_id, populate_existing=True, with_for_update=True)
    if user is None or not user.is_active:
        raise InvalidToken
    used = db.session.connection().execute(update(PasswordLink).where(*alive).values(used_at=at))
    if used.rowcount == 0:
        raise InvalidToken
    user.password_hash = password_hash
    user.updated_at = at
    db.session.flush()
    db.session.connection().execute(
        update(PasswordLink)
        .where(PasswordLink.user_id == user_id, PasswordLink.used_at.is_(None))
        .values(used_at=at)
    )
    end_sign_ins(user_id, at=at)
    record(actions.PASSWORD_RESET, user, actor=as_actor(user))
    return user
