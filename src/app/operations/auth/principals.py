"""Who stands behind a cookie or a JWT: one statement each, built once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from app.database import db
from app.errors import InvalidToken, TokenExpired
from app.models import AdminSession, TokenFamily, User
from app.operations.actors import Actor, Role
from app.support import tokens
from app.support.tokens import JwtSigner, token_digest

BY_COOKIE = (
    select(AdminSession.id, AdminSession.user_id)
    .join(User, User.id == AdminSession.user_id)
    .where(
        AdminSession.token_digest == bindparam("digest"),
        AdminSession.revoked_at.is_(None),
        AdminSession.expires_at > bindparam("at"),
        User.is_active.is_(True),
        User.role == "admin",
    )
)
BY_FAMILY = (
    select(User.role)
    .join(TokenFamily, TokenFamily.user_id == User.id)
    .where(
        User.id == bindparam("user_id"),
        User.is_active.is_(True),
        TokenFamily.id == bindparam("family_id"),
        TokenFamily.revoked_at.is_(None),
    )
)


def find_admin(cookie: str, *, at: datetime) -> Actor | None:
    """The admin whose live session this cookie holds, None otherwise (contract.md 9)."""
    values = {"digest": token_digest(cookie), "at": at}
    row = db.session.execute(BY_COOKIE, values).first()
    return None if row is None else Actor(Role.ADMIN, user_id=row.user_id, session_id=row.id)


def get_customer(token: str, *, signer: JwtSigner, at: datetime) -> Actor:
    """The customer or owner of an access JWT; an admin's JWT opens no more (contract.md 3).

    Raises InvalidToken for a token that is not ours, whose sign-in was ended, or whose account
    was deactivated; TokenExpired for one of ours whose time is over.
    """
    try:
        claims = signer.read("access", token, at)
    except tokens.TokenExpired:
        raise TokenExpired from None
    except tokens.TokenInvalid:
        raise InvalidToken from None
    values = {"user_id": claims.subject, "family_id": claims.family}
    role = db.session.execute(BY_FAMILY, values).scalar()
    if role is None:
        raise InvalidToken
    return Actor(
        Role.CUSTOMER,
        user_id=claims.subject,
        family_id=claims.family,
        is_owner=role == "owner",
    )
