"""Sign-ins whose password was right and whose code is still asked for: few tries, five minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update

from app import database
from app.database import db
from app.database.guard import UNRECORDED
from app.errors import RateLimited, SignInOver
from app.models import PendingSignIn, User
from app.support.tokens import new_token, token_digest

LIFETIME = timedelta(minutes=5)
TRIES = 5
TRIES_AN_HOUR = 30
"""Of one account, wherever they come from: only somebody who has the password makes any."""

_HOUR = timedelta(hours=1)


def wait_for_code(user_id: int, *, at: datetime) -> str:
    """The token of a new sign-in that waits; rows that count no more are deleted. To be recorded."""
    connection = db.session.connection()
    connection.execute(
        delete(PendingSignIn).where(
            PendingSignIn.user_id == user_id, PendingSignIn.created_at <= at - _HOUR
        )
    )
    token = new_token("hw_")
    db.session.add(
        PendingSignIn(
            user_id=user_id,
            token_digest=token_digest(token),
            created_at=at,
            expires_at=at + LIFETIME,
        )
    )
    return token


def get_waiting_login(token: str, *, at: datetime) -> str:
    """Who waits, as one who signs in spells it; raises SignInOver."""
    with database.reading():
        found = db.session.execute(
            select(User.username, User.email, User.login_phone)
            .join(PendingSignIn, PendingSignIn.user_id == User.id)
            .where(*_waiting(token, at))
        ).first()
    if found is None:
        raise SignInOver
    return found.username or found.email or found.login_phone or ""


def take_try(token: str, *, at: datetime) -> int:
    """Count a try before it is made, and give its account; raises SignInOver without one left."""
    counted = db.session.connection().execute(
        update(PendingSignIn)
        .where(*_waiting(token, at))
        .values(tries=PendingSignIn.tries + 1)
        .execution_options(**UNRECORDED)
    )
    if counted.rowcount == 0:
        raise SignInOver
    waiting = PendingSignIn.token_digest == token_digest(token)
    return db.session.scalars(select(PendingSignIn.user_id).where(waiting)).one()


def refuse_guessing(user_id: int, *, at: datetime) -> None:
    """Raise RateLimited once an account has had too many tries, from wherever, within an hour."""
    tries = db.session.scalar(
        select(func.sum(PendingSignIn.tries)).where(
            PendingSignIn.user_id == user_id, PendingSignIn.created_at > at - _HOUR
        )
    )
    if (tries or 0) > TRIES_AN_HOUR:
        raise RateLimited(
            "Too many wrong codes. Use a recovery code, or try again in an hour.",
            retry_after=int(_HOUR.total_seconds()),
        )


def close_waiting(token: str, *, at: datetime) -> None:
    """The code was right: the sign-in waits no more, and this try is not held against anybody."""
    db.session.connection().execute(
        update(PendingSignIn)
        .where(PendingSignIn.token_digest == token_digest(token))
        .values(used_at=at, tries=PendingSignIn.tries - 1)
    )


def end_pending(user_id: int, *, at: datetime) -> None:
    """End every sign-in of an account that waits for a code; the caller records why."""
    db.session.connection().execute(
        update(PendingSignIn)
        .where(PendingSignIn.user_id == user_id, PendingSignIn.used_at.is_(None))
        .values(used_at=at)
    )


def _waiting(token: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        PendingSignIn.token_digest == token_digest(token),
        PendingSignIn.used_at.is_(None),
        PendingSignIn.expires_at > at,
        PendingSignIn.tries < TRIES,
    )
