"""Sessions of admins: a random cookie whose digest is stored, ended by logout (contract.md 9)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, or_, select, update

from app import database
from app.database import db
from app.models import AdminSession, User
from app.operations.actors import Actor
from app.operations.auth.principals import as_actor
from app.operations.auth.proving import login_key, prove_password
from app.operations.ledger import actions
from app.operations.ledger.record import Account, record
from app.support.passwords import PasswordHasher
from app.support.tokens import new_token, token_digest

COOKIE_PREFIX = "hs_"
PUBLISHED = frozenset(
    {("hahaboi", "somethingsomething"), ("fabclean", "fabzclean"), ("admin", "admin123")}
)


def log_in_admin(
    *, login: str, password: str, passwords: PasswordHasher, lifetime: timedelta, at: datetime
) -> str:
    """Sign an admin in by user name or e-mail address; the cookie's value is returned (L11).

    The published credentials of the old servers and empty ones are refused before any
    look-up, whatever is stored. Every refusal is InvalidCredentials after one Argon2
    verification.
    """
    name = login_key(login)
    admin = None
    if name and password and (name, password) not in PUBLISHED:
        admin = _find_admin_account(name)
    user = prove_password(admin, password, passwords=passwords)
    cookie = new_token(COOKIE_PREFIX)
    db.session.add(
        AdminSession(
            user_id=user.id,
            token_digest=token_digest(cookie),
            created_at=at,
            expires_at=at + lifetime,
        )
    )
    record(actions.LOGIN, user, actor=as_actor(user))
    return cookie


def log_out_admin(*, at: datetime, actor: Actor) -> None:
    """End the actor's own session (contract.md L12)."""
    db.session.connection().execute(
        update(AdminSession)
        .where(AdminSession.id == actor.session_id, AdminSession.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    if actor.user_id is not None:
        record(actions.LOGOUT, Account(actor.user_id), actor=actor)


def _find_admin_account(name: str) -> User | None:
    """An admin by user name, else by e-mail address; other accounts do not take part."""
    with database.reading():
        return db.session.scalar(
            select(User)
            .where(User.role == "admin", or_(User.username == name, User.email == name))
            .order_by(case((User.username == name, 0), else_=1))
            .limit(1)
        )
