"""What a license's QR says of it, signed: the card that is printed, the badge that a phone shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from app.support.signed_claims import check_times, read_claims, sign_claims
from app.support.signing import KeyRing, SigningKey
from app.support.tokens import TokenInvalid

CARD_LIFETIME = timedelta(days=90)
BADGE_LIFETIME = timedelta(minutes=10)
LICENSE: Final = "license"

_JTI = re.compile(r"(LIC-[0-9A-HJKMNP-TV-Z]{10})\.(0|[1-9][0-9]{0,8})")
_LARGEST_LEVEL = 10_000
_LARGEST_ID = 2**53 - 1


@dataclass(frozen=True, slots=True)
class LicenseClaims:
    """A license as its token says it; `serial` counts its cards, `index` is its place in the status list."""

    code: str
    serial: int
    holder: str
    type_code: str
    level: int
    index: int
    issued_at: datetime
    expires_at: datetime


def card_of(
    claims_of: dict[str, Any], *, issued_at: datetime, ends_at: datetime | None, at: datetime
) -> LicenseClaims:
    """The card of today: it lives for 90 days, and not beyond its license (licenses.md 2).

    It bears the day and not the minute, so that a license has one card a day, the same to the byte.
    """
    today = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
    return _lasting(claims_of, max(today, issued_at), CARD_LIFETIME, ends_at)


def badge_of(claims_of: dict[str, Any], *, ends_at: datetime | None, at: datetime) -> LicenseClaims:
    """A badge of this moment: 10 minutes, so that a photograph of it is worth little."""
    return _lasting(claims_of, at, BADGE_LIFETIME, ends_at)


def sign_license(claims: LicenseClaims, *, issuer: str, key: SigningKey) -> str:
    """The token of a card or a badge."""
    said = {
        "iss": issuer,
        "jti": f"{claims.code}.{claims.serial}",
        "n": claims.holder,
        "t": claims.type_code,
        "l": claims.level,
        "iat": int(claims.issued_at.timestamp()),
        "exp": int(claims.expires_at.timestamp()),
        "i": claims.index,
    }
    return sign_claims(LICENSE, said, key)


def read_license(token: str, *, ring: KeyRing, issuer: str, at: datetime) -> LicenseClaims:
    """What a genuine token says that is alive at `at`; raises TokenInvalid, TokenExpired."""
    said = read_claims(LICENSE, token, ring=ring, issuer=issuer)
    claims = _claims_of(said)
    check_times(said, at)
    return claims


def _lasting(
    claims_of: dict[str, Any], start: datetime, lifetime: timedelta, ends_at: datetime | None
) -> LicenseClaims:
    end = start + lifetime
    return LicenseClaims(
        **claims_of, issued_at=start, expires_at=end if ends_at is None else min(end, ends_at)
    )


def _claims_of(said: dict[str, Any]) -> LicenseClaims:
    named = _JTI.fullmatch(said["jti"]) if isinstance(said.get("jti"), str) else None
    texts = [said.get(name) for name in ("n", "t")]
    numbers = [said.get(name) for name in ("l", "i", "iat", "exp")]
    if (
        named is None
        or any(not isinstance(one, str) or not one for one in texts)
        or any(type(one) is not int or not 0 <= one <= _LARGEST_ID for one in numbers)
        or said["l"] > _LARGEST_LEVEL
    ):
        raise TokenInvalid
    try:
        issued_at, expires_at = (datetime.fromtimestamp(said[one], UTC) for one in ("iat", "exp"))
    except (ValueError, OverflowError, OSError):
        raise TokenInvalid from None
    return LicenseClaims(
        code=named[1],
        serial=int(named[2]),
        holder=said["n"],
        type_code=said["t"],
        level=said["l"],
        index=said["i"],
        issued_at=issued_at,
        expires_at=expires_at,
    )
