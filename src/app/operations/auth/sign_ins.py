"""Sign-ins of JWT clients: families of refresh tokens, of which one is alive at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from app.database import db
from app.errors import InvalidToken, TokenExpired, TokenReused
from app.models import TokenFamily, User
from app.operations.actors import NOBODY, Actor
from app.operations.auth.pending import end_pending
from app.operations.auth.principals import as_actor
from app.operations.auth.session_list import end_sessions
from app.operations.ledger import actions
from app.operations.ledger.record import Account, record
from app.support import tokens
from app.support.tokens import JwtSigner, new_token, token_digest


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user who has just signed in, with the tokens that the client is given."""

    user: User
    access_token: str
    refresh_token: str


def open_sign_in(user: User, *, signer: JwtSigner, at: datetime) -> SignedIn:
    """Begin a family of tokens for a user whose password was proved.

    The database keeps the digest of the refresh token's random id, never a token.
    """
    token_id = new_token("")
    family = TokenFamily(
        user_id=user.id,
        current_digest=token_digest(token_id),
        created_at=at,
        expires_at=at + signer.lifetime("refresh"),
    )
    db.session.add(family)
    db.session.flush()
    return _issue(user, family.id, token_id, signer=signer, at=at)


def refresh_tokens(token: str, *, signer: JwtSigner, at: datetime) -> SignedIn | InvalidToken:
    """Exchange a refresh token for new tokens; the old one dies (contract.md V3).

    A token that was used before revokes its family, and that has to be committed with its record,
    so the refusal is a result; when the family was revoked before, it is TokenReused. Raises
    InvalidToken for what is not ours or belongs to a deactivated account, TokenExpired for one of
    ours whose time is over.
    """
    try:
        claims = signer.read("refresh", token, at)
    except tokens.TokenExpired:
        raise TokenExpired from None
    except tokens.TokenInvalid:
        raise InvalidToken from None
    token_id = new_token("")
    rotated = db.session.connection().execute(
        update(TokenFamily)
        .where(
            TokenFamily.id == claims.family,
            TokenFamily.user_id == claims.subject,
            TokenFamily.current_digest == token_digest(claims.token_id),
            TokenFamily.revoked_at.is_(None),
        )
        .values(current_digest=token_digest(token_id), expires_at=at + signer.lifetime("refresh"))
    )
    if rotated.rowcount == 0:
        if not _revoke_family(claims.family, user_id=claims.subject, at=at):
            return TokenReused()
        record(actions.TOKEN_REUSED, Account(claims.subject), actor=NOBODY)
        return InvalidToken()
    user = db.session.get(User, claims.subject)
    if user is None or not user.is_active:
        raise InvalidToken
    record(actions.TOKEN_REFRESHED, Account(user.id), actor=as_actor(user))
    return _issue(user, claims.family, token_id, signer=signer, at=at)


def log_out(*, at: datetime, actor: Actor) -> None:
    """End the actor's own sign-in: every token of its family dies at once (contract.md V4)."""
    if actor.family_id is not None and actor.user_id is not None:
        _revoke_family(actor.family_id, user_id=actor.user_id, at=at)
        record(actions.LOGOUT, Account(actor.user_id), actor=actor)


def end_sign_ins(
    user_id: int, *, at: datetime, but: int | None = None, but_family: int | None = None
) -> int:
    """End every waiting sign-in, and each session and family but one, as a new password must.

    How many families and sessions there were.
    """
    families = db.session.connection().execute(
        update(TokenFamily)
        .where(
            TokenFamily.user_id == user_id,
            TokenFamily.revoked_at.is_(None),
            TokenFamily.id != (but_family or 0),
        )
        .values(revoked_at=at)
    )
    sessions = end_sessions(user_id, but=but, at=at)
    end_pending(user_id, at=at)
    return families.rowcount + sessions


def _revoke_family(family_id: int, *, user_id: int, at: datetime) -> bool:
    """End a family; whether it was alive."""
    revoked = db.session.connection().execute(
        update(TokenFamily)
        .where(
            TokenFamily.id == family_id,
            TokenFamily.user_id == user_id,
            TokenFamily.revoked_at.is_(None),
        )
        .values(revoked_at=at)
    )
    return revoked.rowcount > 0


def _issue(
    user: User, family_id: int, token_id: str, *, signer: JwtSigner, at: datetime
) -> SignedIn:
    return SignedIn(
        user,
        access_token=signer.issue("access", user.id, family_id, new_token(""), at),
        refresh_token=signer.issue("refresh", user.id, family_id, token_id, at),
    )
