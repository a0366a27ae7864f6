"""What a mail of an account carries: derived of its row by the sender, for the row has a digest alone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.database import db
from app.extensions import signing_keys
from app.models import EmailVerification, PasswordLink, User
from app.support.mailed_secrets import code_digest, mailed_code, mailed_token, new_nonce
from app.support.signing import SigningKey, same
from app.support.tokens import token_digest

VERIFICATION: Final = "email-verification"
RESET: Final = "password-reset"
FORMER: Final = "former-address"
NOBODY_ID: Final = 0
"""Whose link is made where an address is nobody's."""


@dataclass(frozen=True, slots=True)
class MailedCode:
    """What verifies the address of `user`: typed, or by the link to /verify#token."""

    user: User
    code: str
    token: str


@dataclass(frozen=True, slots=True)
class MailedLink:
    """What lets `user` choose a new password: the link to /reset#token."""

    user: User
    token: str


def new_verification(user_id: int, *, at: datetime, expires_at: datetime) -> EmailVerification:
    """A row whose code and link are known to nobody until its mail is sent."""
    key, nonce = signing_keys.ring.current, new_nonce()
    code = mailed_code(key, VERIFICATION, user_id, nonce)
    return EmailVerification(
        user_id=user_id,
        key_id=key.key_id,
        nonce=nonce,
        code_digest=code_digest(key, user_id, nonce, code),
        token_digest=token_digest(mailed_token(key, VERIFICATION, user_id, nonce)),
        created_at=at,
        expires_at=expires_at,
    )


def new_reset(user_id: int | None, *, at: datetime, expires_at: datetime) -> PasswordLink:
    """The same of a link to a new password, of somebody or of nobody."""
    key, nonce = signing_keys.ring.current, new_nonce()
    token = mailed_token(key, RESET, user_id or NOBODY_ID, nonce)
    return PasswordLink(
        user_id=user_id,
        token_digest=token_digest(token),
        key_id=key.key_id,
        nonce=nonce,
        created_at=at,
        expires_at=expires_at,
    )


def is_code_of(verification: EmailVerification, code: str) -> bool:
    """Whether this is the code that was mailed."""
    key = _key(verification.key_id)
    if key is None:  # the secret it was made with is not among the retired ones
        return False
    typed = code_digest(key, verification.user_id, verification.nonce, code)
    return same(typed, verification.code_digest)


def find_mailed_code(verification_id: int, *, at: datetime) -> MailedCode | None:
    """What the mail `account.verification` carries; None when it is of no use any more."""
    row = db.session.get(EmailVerification, verification_id)
    if row is None or row.used_at or row.ended_at or row.expires_at <= at:
        return None
    user, key = db.session.get(User, row.user_id), _key(row.key_id)
    if user is None or not user.is_active or user.email is None or key is None:
        return None
    code = mailed_code(key, VERIFICATION, row.user_id, row.nonce)
    return MailedCode(user, code, mailed_token(key, VERIFICATION, row.user_id, row.nonce))


def find_mailed_link(link_id: int, *, at: datetime) -> MailedLink | None:
    """What the mail `account.password_reset` carries; None when it is of no use, or nobody's."""
    row = db.session.get(PasswordLink, link_id)
    if row is None or row.user_id is None or row.nonce is None or row.used_at:
        return None
    user, key = db.session.get(User, row.user_id), _key(row.key_id)
    is_over = row.expires_at <= at
    if is_over or user is None or not user.is_active or user.email is None or key is None:
        return None
    return MailedLink(user, mailed_token(key, RESET, row.user_id, row.nonce))


def lock_former(email: str) -> str:
    """The address that an account had, as the outbox may hold it: of no use without the server's keys."""
    return signing_keys.ring.lock(email, FORMER)


def open_former(locked: str) -> str | None:
    """The address again; None when the secret it was locked with is not among the retired ones."""
    with suppress(ValueError):
        return signing_keys.ring.unlock(locked, FORMER)
    return None


def _key(key_id: str | None) -> SigningKey | None:
    return signing_keys.ring.by_id.get(key_id or "")
