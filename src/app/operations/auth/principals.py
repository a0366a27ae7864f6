"""Who stands behind a cookie or a JWT: one statement each, built once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from app.database import glance
from app.database.prepared import Prepared
from app.errors import InvalidToken, TokenExpired
from app.models import AdminSession, TokenFamily, User
from app.operations.actors import Actor, Role, account_label
from app.support import tokens
from app.support.tokens import JwtSigner, token_digest

_BY_COOKIE = Prepared(
    select(AdminSession.id, AdminSession.user_id, User.username)
    .join(User, User.id == AdminSession.user_id)
    .where(
        AdminSession.token_digest == bindparam("digest"),
        AdminSession.revoked_at.is_(None),
        AdminSession.expires_at > bindparam("at", type_=AdminSession.expires_at.type),
        User.is_active.is_(True),
        User.role == "admin",
    )
)
_BY_FAMILY = Prepared(
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
    row = glance(_BY_COOKIE, values)
    if row is None:
        return None
    label = account_label("admin", row.user_id, row.username)
    return Actor(Role.ADMIN, user_id=row.user_id, session_id=row.id, label=label)


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
    row = glance(_BY_FAMILY, values)
    if row is None:
        raise InvalidToken
    return Actor(
        Role.CUSTOMER,
        user_id=claims.subject,
        family_id=claims.family,
        label=account_label(row.role, claims.subject, None),
        is_owner=row.role == "owner",
    )


def as_actor(user: User) -> Actor:
    """An account that has just proved itself, as the actor of what it does by that."""
    is_admin = user.role == "admin"
    return Actor(
        Role.ADMIN if is_admin else Role.CUSTOMER,
        user_id=user.id,
        label=account_label(user.role, user.id, user.username if is_admin else None),
        is_owner=user.role == "owner",
    )
