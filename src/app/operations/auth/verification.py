"""Verifying an e-mail address: by the code that was mailed there, or by the mail's link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, select, update

from app import database
from app.database import db
from app.database.guard import UNRECORDED
from app.errors import (
    AppError,
    Conflict,
    NotFound,
    RateLimited,
    VerificationCodeExpired,
    VerificationCodeUsed,
    WrongVerificationCode,
)
from app.models import EmailVerification, User
from app.operations.actors import Actor
from app.operations.auth.mailed import is_code_of, new_verification
from app.operations.auth.principals import as_actor
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.outbox.announce import News, announce
from app.support.one_time_codes import read_code
from app.support.tokens import token_digest

LIFETIME: Final = timedelta(minutes=15)
TRIES: Final = 5
PAUSE: Final = timedelta(minutes=1)
"""Between two mails to one account."""

MOST_AN_HOUR: Final = 5
_HOUR: Final = timedelta(hours=1)
_TRIED_OUT: Final = "This code was tried too often. Ask for a new one."


def send_code(user: User, *, at: datetime) -> None:
    """Have a new code mailed to the account's address, which ends the last; the caller records it."""
    end_codes(user.id, at=at)
    row = new_verification(user.id, at=at, expires_at=at + LIFETIME)
    db.session.add(row)
    db.session.flush()
    announce("account.verification", News(user.id, str(row.id), {"verification_id": row.id}))


def end_codes(user_id: int, *, at: datetime) -> None:
    """Let no code or link that was mailed before count any more; the caller records why."""
    db.session.connection().execute(
        update(EmailVerification)
        .where(EmailVerification.user_id == user_id, *_IS_OPEN)
        .values(ended_at=at)
    )


def resend_code(*, at: datetime, actor: Actor) -> None:
    """Mail the actor another code; raises Conflict for an address that is verified already, or absent.

    Raises RateLimited within a minute of the last, and for the sixth in an hour.
    """
    user = _locked(actor.user_id)
    if user.email is None:
        raise Conflict("Your account has no e-mail address yet. Add one first.")
    if user.verified_at is not None:
        raise Conflict("Your e-mail address is verified already.")
    if (wait := _wait(user.id, at=at)) is not None:
        raise RateLimited(
            "We have just mailed you a code. Wait a moment before you ask for another.",
            retry_after=wait,
        )
    send_code(user, at=at)
    record(actions.VERIFICATION_SENT, user, actor=actor)


def send_code_unless_hasty(user: User, *, at: datetime) -> None:
    """Mail a code to a new address, unless too many were mailed: then it has to be asked for."""
    if user.email is not None and _wait(user.id, at=at) is None:
        send_code(user, at=at)


def verify_email(code: str, *, at: datetime, actor: Actor) -> User | WrongVerificationCode:
    """Verify the actor's address by the code that was mailed last.

    Each try is counted before it is judged, by a conditional UPDATE: five at most, wherever they
    come from. A wrong code is returned, not raised, for its try has to stay counted. Raises
    VerificationCodeUsed, VerificationCodeExpired.
    """
    user = _locked(actor.user_id)
    is_counted = db.session.connection().execute(
        update(EmailVerification)
        .where(
            EmailVerification.user_id == user.id,
            *_IS_OPEN,
            EmailVerification.expires_at > at,
            EmailVerification.tries < TRIES,
        )
        .values(tries=EmailVerification.tries + 1)
        .execution_options(**UNRECORDED)
    )
    row = db.session.scalar(
        select(EmailVerification)
        .where(EmailVerification.user_id == user.id)
        .order_by(EmailVerification.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if is_counted.rowcount == 0 or row is None:
        raise _refusal_of(row, user, at=at)
    if (digits := read_code(code)) is None or not is_code_of(row, digits):
        return WrongVerificationCode()
    return _confirm(user, row, at=at, actor=actor)


def verify_email_by_link(token: str, *, at: datetime) -> User:
    """Verify the address that a link was mailed to, once, whoever opens it.

    Raises WrongVerificationCode for a link that is not ours or whose account is closed,
    VerificationCodeUsed, and VerificationCodeExpired.
    """
    query = select(EmailVerification).where(EmailVerification.token_digest == token_digest(token))
    with database.reading():
        user_id = db.session.scalar(query.with_only_columns(EmailVerification.user_id))
    if user_id is None:
        raise WrongVerificationCode(
            "This link is not one of ours. Open it as it stands in our mail."
        )
    user = _locked(user_id)
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None or not user.is_active:
        raise WrongVerificationCode
    if row.used_at or row.ended_at or row.expires_at <= at:
        raise _refusal_of(row, user, at=at)
    return _confirm(user, row, at=at, actor=as_actor(user))


def _confirm(user: User, row: EmailVerification, *, at: datetime, actor: Actor) -> User:
    used = db.session.connection().execute(
        update(EmailVerification)
        .where(EmailVerification.id == row.id, *_IS_OPEN)
        .values(used_at=at)
    )
    if used.rowcount == 0:
        raise VerificationCodeUsed
    user.verified_at = at
    user.updated_at = at
    record(actions.EMAIL_VERIFIED, user, actor=actor)
    return user


def _refusal_of(row: EmailVerification | None, user: User, *, at: datetime) -> AppError:
    if user.verified_at is not None or (row is not None and row.used_at is not None):
        return VerificationCodeUsed()
    is_tried_out = row is not None and row.tries >= TRIES and row.expires_at > at
    return VerificationCodeExpired(_TRIED_OUT if is_tried_out else None)


def _locked(user_id: int | None) -> User:
    """The account, locked first: of a code's uses and its replacement one comes after the other."""
    user = None
    if user_id is not None:
        user = db.session.get(User, user_id, populate_existing=True, with_for_update=True)
    if user is None:
        raise NotFound
    return user


def _wait(user_id: int, *, at: datetime) -> int | None:
    """For how many seconds an account has to wait for its next mail; None when it may have one."""
    sent: Sequence[datetime] = db.session.scalars(
        select(EmailVerification.created_at)
        .where(EmailVerification.user_id == user_id, EmailVerification.created_at > at - _HOUR)
        .order_by(EmailVerification.id.desc())
    ).all()
    if not sent:
        return None
    free_at = sent[0] + PAUSE
    if len(sent) >= MOST_AN_HOUR:
        free_at = max(free_at, sent[MOST_AN_HOUR - 1] + _HOUR)
    return max(1, int((free_at - at).total_seconds())) if free_at > at else None


_IS_OPEN: Final[tuple[ColumnElement[bool], ...]] = (
    EmailVerification.used_at.is_(None),
    EmailVerification.ended_at.is_(None),
)
