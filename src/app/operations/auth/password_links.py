"""One-time links with which a person sets a password, so that nobody else ever knows it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update

from app import database
from app.database import db
from app.errors import InvalidToken
from app.models import PasswordLink, User
from app.operations.actors import NOBODY
from app.operations.auth.mailed import NOBODY_ID, new_reset
from app.operations.auth.new_passwords import end_links
from app.operations.auth.principals import as_actor
from app.operations.auth.proving import hash_new_password, login_key, own_words_of, put_password
from app.operations.auth.sign_ins import end_sign_ins
from app.operations.ledger import actions
from app.operations.ledger.record import Account, record
from app.operations.outbox.announce import News, announce
from app.support.passwords import PasswordHasher
from app.support.tokens import new_token, token_digest

LINK_LIFETIME = timedelta(days=7)
RESET_LIFETIME: Final = timedelta(minutes=30)
RESET_PAUSE: Final = timedelta(minutes=1)
MOST_RESETS: Final = 5
"""Links alive at once: who is not mailed another has one in the mailbox that still works."""


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


def ask_for_reset(*, email: str, at: datetime) -> None:
    """Have a link to a new password mailed to the account of this address, good for 30 minutes.

    Nobody is told whether there is one: the same statements are made, and the same rows left, for
    an address that is nobody's, for a deactivated account, for an admin, whose password is never
    reset by mail, and for somebody who had a mail a minute ago, or five that still work.
    """
    user_id = db.session.scalar(
        select(User.id)
        .where(User.email == login_key(email), User.is_active.is_(True), User.role != "admin")
        .with_for_update()
    )
    alive = db.session.scalars(
        select(PasswordLink.created_at).where(
            PasswordLink.user_id == (user_id or NOBODY_ID),
            PasswordLink.nonce.is_not(None),
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > at,
        )
    ).all()
    if len(alive) >= MOST_RESETS or any(made > at - RESET_PAUSE for made in alive):
        user_id = None
    link = new_reset(user_id, at=at, expires_at=at + RESET_LIFETIME)
    db.session.add(link)
    db.session.flush()
    news = News(user_id or NOBODY_ID, str(link.id), {"link_id": link.id})
    announce("account.password_reset", news)
    subject = None if user_id is None else Account(user_id)
    record(actions.PASSWORD_RESET_ASKED, subject, actor=NOBODY)


def set_password_by_link(
    *, token: str, password: str, passwords: PasswordHasher, at: datetime
) -> User:
    """Set a password by a link that is alive, which ends every sign-in and link of the user.

    One that was mailed verifies the address, too. Raises Invalid for an unacceptable password,
    InvalidToken for a link that is unknown, used, too old or of a deactivated account.
    """
    alive = (
        PasswordLink.token_digest == token_digest(token),
        PasswordLink.used_at.is_(None),
        PasswordLink.expires_at > at,
    )
    with database.reading():
        found = db.session.execute(
            select(User, PasswordLink.nonce.is_not(None))
            .join(PasswordLink, PasswordLink.user_id == User.id)
            .where(*alive)
        ).first()
    if found is None:
        raise InvalidToken
    owner, is_mailed = found
    password_hash = hash_new_password(password, passwords=passwords, own_words=own_words_of(owner))
    user = db.session.get(User, owner.id, populate_existing=True, with_for_update=True)
    if user is None or not user.is_active:
        raise InvalidToken
    used = db.session.connection().execute(update(PasswordLink).where(*alive).values(used_at=at))
    if used.rowcount == 0:
        raise InvalidToken
    if is_mailed and user.verified_at is None:
        user.verified_at = at
    put_password(user, password_hash, at=at)
    end_links(user.id, at=at)
    end_sign_ins(user.id, at=at)
    announce("account.password_changed", News(user.id, str(user.version), {}))
    record(actions.PASSWORD_RESET, user, actor=as_actor(user))
    return user


def end_mailed_links(user_id: int, *, at: datetime) -> None:
    """Let no link count that was mailed to an address which the account had; the caller records why."""
    db.session.connection().execute(
        update(PasswordLink)
        .where(
            PasswordLink.user_id == user_id,
            PasswordLink.nonce.is_not(None),
            PasswordLink.used_at.is_(None),
        )
        .values(used_at=at)
    )
