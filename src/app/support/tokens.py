"""Tokens, one-time codes and event ids: how they are made, hashed, signed and read."""

import hashlib
import json
import re
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import jwt

TokenKind = Literal["access", "refresh"]

_ISSUER = "handover"
_EVENTS = uuid.UUID("6b0e3a52-2f0b-5f0e-9c55-0d8f2f7c41aa")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ENROL_CODE = re.compile(f"[{_CROCKFORD}]{{12}}")
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})
_SUBJECT = re.compile(r"[1-9][0-9]{0,18}")
_LARGEST_ID = 2**63 - 1
_LONGEST_JWT = 2048


class TokenInvalid(Exception):
    """The token was not issued by us for this use."""


class TokenExpired(Exception):
    """The token was ours and its time is over."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token of ours says."""

    subject: int
    family: int
    token_id: str
    expires_at: datetime


def new_token(prefix: str) -> str:
    """A bearer token: the prefix and 256 random bits in base64url (43 characters)."""
    return prefix + secrets.token_urlsafe(32)


def token_digest(token: str) -> bytes:
    """The SHA-256 (32 bytes) under which a token is stored and found, for any text at all."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def new_enrol_code() -> str:
    """A one-time code of 60 random bits, `XXXX-XXXX-XXXX` in Crockford's base 32 (scans.md 1)."""
    return _grouped("".join(secrets.choice(_CROCKFORD) for _ in range(12)))


def normal_enrol_code(text: str) -> str:
    """The code that was meant: any letter case, spaces and dashes, O for 0, I and L for 1.

    ValueError when it cannot be a code.
    """
    letters = text.upper().translate(_READ_AS)
    if not text.isascii() or not _ENROL_CODE.fullmatch(letters):
        raise ValueError("a code has twelve letters and digits")
    return _grouped(letters)


def _grouped(letters: str) -> str:
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def derived_event_id(*parts: str) -> str:
    """The same UUID for the same parts, and another one for any other split of the same text."""
    return str(uuid.uuid5(_EVENTS, json.dumps(parts)))


def new_event_id() -> str:
    """A random UUID as text."""
    return str(uuid.uuid4())


class JwtSigner:
    """Issues and reads the JSON web tokens of customers and owners (HS256, RFC 7519)."""

    def __init__(self, secret: str, access_minutes: int, refresh_days: int) -> None:
        self._secret = secret
        self._lifetimes: dict[TokenKind, timedelta] = {
            "access": timedelta(minutes=access_minutes),
            "refresh": timedelta(days=refresh_days),
        }

    def lifetime(self, kind: TokenKind) -> timedelta:
        """How long a token of this kind lives."""
        return self._lifetimes[kind]

    def issue(self, kind: TokenKind, subject: int, family: int, token_id: str, at: datetime) -> str:
        """Sign a token that lives from `at` for the lifetime of its kind; `sub` is a string."""
        claims = {
            "iss": _ISSUER,
            "typ": kind,
            "sub": str(subject),
            "fam": family,
            "jti": token_id,
            "iat": int(at.timestamp()),
            "exp": int((at + self._lifetimes[kind]).timestamp()),
        }
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def read(self, kind: TokenKind, token: object, at: datetime) -> Claims:
        """The claims of a token of this kind that is alive at `at`.

        TokenExpired for one of ours whose time is over, TokenInvalid for everything else
        (contract.md 9: always 401, never 422).
        """
        if not isinstance(token, str) or not token.isascii() or len(token) > _LONGEST_JWT:
            raise TokenInvalid
        try:
            # The expiry is checked below against `at`: PyJWT would read the clock itself.
            payload = jwt.decode(
                token,
                self._secret,
                algorithms=["HS256"],
                issuer=_ISSUER,
                options={
                    "require": ["iss", "typ", "sub", "fam", "jti", "exp"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise TokenInvalid from None
        claims = _claims_of(kind, payload)
        if claims.expires_at <= at:
            raise TokenExpired
        return claims


def _claims_of(kind: TokenKind, payload: dict[str, object]) -> Claims:
    subject, family, token_id, expires = (payload[name] for name in ("sub", "fam", "jti", "exp"))
    if (
        payload["typ"] != kind
        or not isinstance(subject, str)
        or not _SUBJECT.fullmatch(subject)
        or int(subject) > _LARGEST_ID
        or type(family) is not int
        or not 0 <= family <= _LARGEST_ID
        or not isinstance(token_id, str)
        or not token_id
        or type(expires) is not int
    ):
        raise TokenInvalid
    try:
        expires_at = datetime.fromtimestamp(expires, UTC)
    except (ValueError, OverflowError, OSError):
        raise TokenInvalid from None
    return Claims(int(subject), family, token_id, expires_at)
