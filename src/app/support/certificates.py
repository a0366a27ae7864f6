"""Custody certificates as data: content, its digest, and the signature over that (licenses.md 4).

The digest is SHA-256 over canonical JSON: keys sorted, no blanks, letters as they are. The content
holds texts, whole numbers, true, false and null alone, so that every language writes it the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.support.signed_claims import Kind, encode, read_claims, sign_claims
from app.support.signing import KeyRing, SigningKey, sha256
from app.support.tokens import TokenInvalid

_CUSTODY: Kind = "custody"
_LINK = re.compile(r"(?:.*/c/?#)?([\w-]+\.[\w-]+\.[\w-]+)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is certified, and the signature: a token that holds its digest and its main facts."""

    content: Mapping[str, Any]
    signature: str

    def link(self) -> str:
        """Where anybody checks the signature; what stands after # never reaches a server."""
        return f"{self.content['issuer']}/c#{self.signature}"

    def as_json(self) -> bytes:
        """The file."""
        return canonical({"certificate": self.content, "signature": self.signature})


def sign_certificate(content: Mapping[str, Any], *, at: datetime, key: SigningKey) -> Certificate:
    """Sign a content, which names its issuer and its order."""
    seal = content["seal"]
    claims = {
        "iss": content["issuer"],
        "iat": int(at.timestamp()),
        "sub": content["order"]["order_number"],
        "st": content["order"]["status"],
        "e": len(content["events"]),
        "s": seal and seal["number"],
        "d": digest_of(content),
    }
    return Certificate(content, sign_claims(_CUSTODY, claims, key))


def read_certificate(text: str, *, ring: KeyRing, issuer: str) -> dict[str, Any]:
    """The claims of a certificate's link, its signature alone, or its file; with the file `content`.

    Raises TokenInvalid, also for a content that is not what was signed.
    """
    content, signature = _parts(text.strip())
    claims = read_claims(_CUSTODY, signature, ring=ring, issuer=issuer)
    if content is None:
        return claims
    if digest_of(content) != claims.get("d"):
        raise TokenInvalid
    return {**claims, "content": content}


def digest_of(content: Any) -> str:
    """SHA-256 of a content's canonical JSON, in base64url; raises TokenInvalid for what has none."""
    return encode(sha256(canonical(content)))


def canonical(value: Any) -> bytes:
    """The one JSON text of a value; raises TokenInvalid for one that none of ours holds."""
    try:
        text = json.dumps(
            value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
        )
        return text.encode()
    except (ValueError, TypeError, RecursionError):
        raise TokenInvalid from None


def _parts(text: str) -> tuple[Any, str]:
    if found := _LINK.fullmatch(text):
        return None, found[1]
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        raise TokenInvalid from None
    if not isinstance(whole, dict) or not isinstance(whole.get("certificate"), dict):
        raise TokenInvalid
    if not isinstance(whole.get("signature"), str):
        raise TokenInvalid
    return whole["certificate"], whole["signature"]
