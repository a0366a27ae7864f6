"""Sessions of admins: a random cookie whose digest is stored, ended by logout (contract.md 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, or_, select, update

from app import database
from app.database import db
from app.errors import SignInOver, WrongCode
from app.models import AdminSession, SecondFactor, User
from app.operations.actors import Actor
from app.operations.auth.codes import accept_code
from app.operations.auth.pending import close_waiting, refuse_guessing, take_try, wait_for_code
from app.operations.auth.principals import as_actor
from app.operations.auth.proving import login_key, prove_password
from app.operations.ledger import actions
from app.operations.ledger.record import Account, record
from app.support.one_time_codes import read_code
from app.support.passwords import PasswordHasher
from app.support.tokens import new_token, token_digest

COOKIE_PREFIX = "hs_"
PUBLISHED = frozenset(
    {("hahaboi", "somethingsomething"), ("fabclean", "fabzclean"), ("admin", "admin123")}
)


@dataclass(frozen=True, slots=True)
class Browser:
    """Who asks to be signed in: the program in words, and the cookie that it still holds."""

    words: str | None = None
    cookie: str | None = None


UNKNOWN_BROWSER = Browser()


@dataclass(frozen=True, slots=True)
class CodeWanted:
    """The password was right, and the second factor is asked for; `token` is to be sent with it."""

    token: str


def log_in_admin(
    *,
    login: str,
    password: str,
    passwords: PasswordHasher,
    lifetime: timedelta,
    at: datetime,
    browser: Browser = UNKNOWN_BROWSER,
) -> str | CodeWanted:
    """Sign an admin in by user name or e-mail address; the cookie's value is returned (L11).

    The published credentials of the old servers and empty ones are refused before any
    look-up, whatever is stored. Every refusal is InvalidCredentials after one Argon2
    verification. An account with a second factor is not signed in yet: finish_log_in does it.
    """
    name = login_key(login)
    admin = None
    if name and password and (name, password) not in PUBLISHED:
        admin = _find_admin_account(name)
    user = prove_password(admin, password, passwords=passwords)
    if _has_second_factor(user.id):
        wanted = CodeWanted(wait_for_code(user.id, at=at))
        record(actions.TWO_FACTOR_ASKED, user, actor=as_actor(user))
        return wanted
    return _open_session(user, browser=browser, lifetime=lifetime, at=at)


def finish_log_in(
    *,
    token: str,
    code: str,
    lifetime: timedelta,
    at: datetime,
    browser: Browser = UNKNOWN_BROWSER,
) -> str | WrongCode:
    """Sign an admin in by the code of the second factor, or by a recovery code.

    A wrong code is returned, not raised: the try has to stay counted. Raises SignInOver for a
    sign-in that is unknown, too old, used, or had its tries, RateLimited while the account has
    had too many wrong ones: a recovery code, which nobody guesses, still opens it.
    """
    user_id = take_try(token, at=at)
    if read_code(code) is not None:
        refuse_guessing(user_id, at=at)
    user = db.session.get(User, user_id, populate_existing=True, with_for_update=True)
    if user is None or not user.is_active or user.role != "admin":
        raise SignInOver
    if not accept_code(user, code, at=at):
        return WrongCode()
    close_waiting(token, at=at)
    return _open_session(user, browser=browser, lifetime=lifetime, at=at)


def log_out_admin(*, at: datetime, actor: Actor) -> None:
    """End the actor's own session (contract.md L12)."""
    db.session.connection().execute(
        update(AdminSession)
        .where(AdminSession.id == actor.session_id, AdminSession.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    if actor.user_id is not None:
        record(actions.LOGOUT, Account(actor.user_id), actor=actor)


def _open_session(user: User, *, browser: Browser, lifetime: timedelta, at: datetime) -> str:
    """A session with a cookie of its own; what the browser held before ends, so nobody fixes it."""
    ended = _end_held(browser.cookie, at=at)
    said: dict[str, Any] = {} if ended is None else {"ended_session_id": ended}
    cookie = new_token(COOKIE_PREFIX)
    session = AdminSession(
        user_id=user.id,
        token_digest=token_digest(cookie),
        browser=browser.words,
        created_at=at,
        expires_at=at + lifetime,
    )
    db.session.add(session)
    db.session.flush()
    record(actions.LOGIN, user, actor=as_actor(user), session_id=session.id, **said)
    return cookie


def _end_held(cookie: str | None, *, at: datetime) -> int | None:
    """End the live session of a cookie; its id."""
    if not cookie:
        return None
    held = db.session.scalar(
        select(AdminSession.id).where(
            AdminSession.token_digest == token_digest(cookie), AdminSession.revoked_at.is_(None)
        )
    )
    if held is not None:
        db.session.connection().execute(
            update(AdminSession).where(AdminSession.id == held).values(revoked_at=at)
        )
    return held


def _has_second_factor(user_id: int) -> bool:
    enabled = select(SecondFactor.user_id).where(
        SecondFactor.user_id == user_id, SecondFactor.enabled_at.is_not(None)
    )
    return db.session.scalar(enabled) is not None


def _find_admin_account(name: str) -> User | None:
    """An admin by user name, else by e-mail address; other accounts do not take part."""
    with database.reading():
        return db.session.scalar(
            select(User)
            .where(User.role == "admin", or_(User.username == name, User.email == name))
            .order_by(case((User.username == name, 0), else_=1))
            .limit(1)
        )
