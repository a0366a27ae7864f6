"""Who stands behind a cookie or a JWT: one statement each, built once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, or_, select

from app.database import glance
from app.database.prepared import Prepared
from app.errors import InvalidToken, TokenExpired
from app.models import BrowserSession, TokenFamily, User
from app.operations.actors import Actor, Role, account_label
from app.support import tokens
from app.support.tokens import JwtSigner, token_digest

ADMIN_COOKIE, PERSON_COOKIE = "hs_", "hu_"
"""How the cookies of their sessions begin (sessions.py)."""
_IS_VERIFIED = or_(User.verified_at.is_not(None), User.email.is_(None)).label("is_verified")
"""Who signs in by a phone number or a user name alone has no address to verify."""

_BY_COOKIE = Prepared(
    select(
        BrowserSession.id,
        BrowserSession.user_id,
        User.username,
        User.role,
        _IS_VERIFIED,
        User.must_change_password,
    )
    .join(User, User.id == BrowserSession.user_id)
    .where(
        BrowserSession.token_digest == bindparam("digest"),
        BrowserSession.revoked_at.is_(None),
        BrowserSession.expires_at > bindparam("at", type_=BrowserSession.expires_at.type),
        User.is_active.is_(True),
    )
)
_BY_FAMILY = Prepared(
    select(User.role, _IS_VERIFIED, User.must_change_password)
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
    if not cookie.startswith(ADMIN_COOKIE):
        return None
    row = glance(_BY_COOKIE, {"digest": token_digest(cookie), "at": at})
    if row is None or row.role != "admin":
        return None
    label = account_label("admin", row.user_id, row.username)
    return Actor(
        Role.ADMIN,
        user_id=row.user_id,
        session_id=row.id,
        label=label,
        must_change_password=row.must_change_password,
    )


def find_person(cookie: str, *, at: datetime) -> Actor | None:
    """The customer or owner whose live session this cookie holds, None otherwise."""
    if not cookie.startswith(PERSON_COOKIE):
        return None
    row = glance(_BY_COOKIE, {"digest": token_digest(cookie), "at": at})
    if row is None or row.role == "admin":
        return None
    return Actor(
        Role.CUSTOMER,
        user_id=row.user_id,
        session_id=row.id,
        label=account_label(row.role, row.user_id, None),
        is_owner=row.role == "owner",
        is_verified=bool(row.is_verified),
        must_change_password=row.must_change_password,
    )


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
        is_verified=bool(row.is_verified),
        must_change_password=row.must_change_password,
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
