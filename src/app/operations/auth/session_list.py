"""One's own sessions: which browsers are signed in, and ending one or all others."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from app.database import db
from app.errors import NotFound
from app.models import BrowserSession
from app.operations.actors import Actor
from app.operations.ledger import actions
from app.operations.ledger.record import Account, record


def list_sessions(
    *, limit: int, before: int | None = None, at: datetime, actor: Actor
) -> list[BrowserSession]:
    """The actor's live sessions, the newest first, of those older than the one with id `before`."""
    query = select(BrowserSession).where(*_alive(actor.user_id, at))
    if before is not None:
        query = query.where(BrowserSession.id < before)
    return list(db.session.scalars(query.order_by(BrowserSession.id.desc()).limit(limit)))


def revoke_session(session_id: int, *, at: datetime, actor: Actor) -> None:
    """End one of the actor's sessions at once; raises NotFound for any other."""
    ended = db.session.connection().execute(
        update(BrowserSession)
        .where(BrowserSession.id == session_id, *_alive(actor.user_id, at))
        .values(revoked_at=at)
    )
    if ended.rowcount == 0 or actor.user_id is None:
        raise NotFound("This session has ended already.")
    record(actions.SESSION_REVOKED, Account(actor.user_id), actor=actor, session_id=session_id)


def revoke_other_sessions(*, at: datetime, actor: Actor) -> int:
    """End all of the actor's sessions but the present one; how many there were."""
    if actor.user_id is None:
        return 0
    count = end_sessions(actor.user_id, but=actor.session_id, at=at)
    if count:
        record(actions.SESSION_REVOKED, Account(actor.user_id), actor=actor, count=count)
    return count


def end_sessions(user_id: int, *, but: int | None, at: datetime) -> int:
    """End an account's live sessions but one; the caller records why."""
    ended = db.session.connection().execute(
        update(BrowserSession)
        .where(*_alive(user_id, at), BrowserSession.id != (but or 0))
        .values(revoked_at=at)
    )
    return ended.rowcount


def _alive(user_id: int | None, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        BrowserSession.user_id == user_id,
        BrowserSession.revoked_at.is_(None),
        BrowserSession.expires_at > at,
    )
