"""Signed claims: compact JWS (RFC 7515, EdDSA) that anybody checks with the public keys alone.

PyJWT signs and checks; what stands here is stricter than it: one algorithm, one spelling of each
token, a kind that keeps a status list from being taken for a license.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import jwt
from jwt.api_jws import PyJWS

from app.support.signing import KeyRing, SigningKey
from app.support.tokens import TokenExpired, TokenInvalid

Kind = Literal["license", "statuslist+jwt", "custody"]

ALGORITHM = "EdDSA"
LEEWAY = timedelta(minutes=2)
_LONGEST = 512 * 1024
_JWS = PyJWS(algorithms=[ALGORITHM])


def sign_claims(kind: Kind, claims: Mapping[str, Any], key: SigningKey) -> str:
    """Sign claims under a key, whose id is the token's `kid`; equal claims give equal tokens.

    The letters of names stand as they are, not as escapes: the symbol on a card stays small.
    """
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"kid": key.key_id, "typ": kind}
    return _JWS.encode(payload, key.license_key, algorithm=ALGORITHM, headers=headers)


def read_claims(kind: Kind, token: str, *, ring: KeyRing, issuer: str) -> dict[str, Any]:
    """The claims of a token of this kind that one of the keys has signed for this issuer.

    A retired key's signature counts, too. Raises TokenInvalid for everything else: another
    algorithm whatever its header promises, a key that is not ours, and a signature whose spare
    bits were changed, which would decode to the same bytes.
    """
    if not token.isascii() or len(token) > _LONGEST or not _is_canonical(token):
        raise TokenInvalid
    try:
        header = jwt.get_unverified_header(token)
        key = ring.by_id.get(header["kid"])
        if key is None or header != {"alg": ALGORITHM, "kid": key.key_id, "typ": kind}:
            raise TokenInvalid
        payload = _JWS.decode(token, key.license_key.public_key(), algorithms=[ALGORITHM])
        claims = json.loads(payload)
    except (jwt.PyJWTError, ValueError, KeyError, TypeError, RecursionError):
        raise TokenInvalid from None
    if not isinstance(claims, dict) or claims.get("iss") != issuer:
        raise TokenInvalid
    return claims


def check_times(claims: Mapping[str, Any], at: datetime) -> None:
    """Raise TokenExpired or TokenInvalid unless `at` lies within iat, nbf and exp, give or take 2 minutes."""
    moment, leeway = int(at.timestamp()), int(LEEWAY.total_seconds())
    times = {name: claims[name] for name in ("iat", "nbf", "exp") if name in claims}
    if any(type(value) is not int for value in times.values()):
        raise TokenInvalid
    if any(times.get(name, moment) > moment + leeway for name in ("iat", "nbf")):
        raise TokenInvalid
    if "exp" in times and times["exp"] <= moment - leeway:
        raise TokenExpired


def key_set(ring: KeyRing) -> dict[str, Any]:
    """Every public key of the ring as a JSON Web Key Set (RFC 7517, RFC 8037)."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "alg": ALGORITHM,
                "use": "sig",
                "kid": key_id,
                "x": encode(key.license_public_key),
            }
            for key_id, key in sorted(ring.by_id.items())
        ]
    }


def encode(content: bytes) -> str:
    """Base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """What `encode` gave; ValueError for any other spelling of the same bytes."""
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise ValueError("this is no base64url") from None
    if encode(content) != text:
        raise ValueError("this is not the one base64url of its bytes")
    return content


def _is_canonical(token: str) -> bool:
    parts = token.split(".")
    try:
        return len(parts) == 3 and all(decode(part) for part in parts)
    except ValueError:
        return False
