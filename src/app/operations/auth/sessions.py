"""Sessions of browsers: a random cookie whose digest is stored, ended by logout (contract.md 9).

A cookie's beginning says whose pages it opens, an admin's or everybody else's, and is part of what
the digest is made of: a session never opens more than it was made for, whatever becomes of the
account's role.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app.database import db
from app.models import BrowserSession, User
from app.operations.actors import Actor
from app.operations.auth.principals import ADMIN_COOKIE, PERSON_COOKIE, as_actor
from app.operations.ledger import actions
from app.operations.ledger.record import Account, record
from app.support.tokens import new_token, token_digest


@dataclass(frozen=True, slots=True)
class Browser:
    """Who asks to be signed in: the program in words, and the cookie that it still holds."""

    words: str | None = None
    cookie: str | None = None


UNKNOWN_BROWSER = Browser()


def open_session(user: User, *, browser: Browser, lifetime: timedelta, at: datetime) -> str:
    """A session with a cookie of its own; what the browser held before ends, so nobody fixes it."""
    ended = _end_held(browser.cookie, at=at)
    said: dict[str, Any] = {} if ended is None else {"ended_session_id": ended}
    cookie = new_token(ADMIN_COOKIE if user.role == "admin" else PERSON_COOKIE)
    session = BrowserSession(
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


def close_session(*, at: datetime, actor: Actor) -> None:
    """End the actor's own session (contract.md L12)."""
    db.session.connection().execute(
        update(BrowserSession)
        .where(BrowserSession.id == actor.session_id, BrowserSession.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    if actor.user_id is not None:
        record(actions.LOGOUT, Account(actor.user_id), actor=actor)


def _end_held(cookie: str | None, *, at: datetime) -> int | None:
    """End the live session of a cookie; its id."""
    if not cookie:
        return None
    held = db.session.scalar(
        select(BrowserSession.id).where(
            BrowserSession.token_digest == token_digest(cookie),
            BrowserSession.revoked_at.is_(None),
        )
    )
    if held is not None:
        db.session.connection().execute(
            update(BrowserSession).where(BrowserSession.id == held).values(revoked_at=at)
        )
    return held
