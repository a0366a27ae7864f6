"""Codes and links that are mailed: derived when they are sent, so that they are stored nowhere."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode

from app.support.signing import SigningKey

_CODES = 1_000_000


def new_nonce() -> bytes:
    """256 random bits: what makes one mail's secrets other than the last's."""
    return secrets.token_bytes(32)


def mailed_code(key: SigningKey, purpose: str, owner: int, nonce: bytes) -> str:
    """Six digits for somebody who types them."""
    number = int.from_bytes(key.mailed(_message(f"{purpose} code", owner, nonce)))
    return f"{number % _CODES:06d}"


def mailed_token(key: SigningKey, purpose: str, owner: int, nonce: bytes) -> str:
    """A token for a link: 256 bits in base64url (43 characters)."""
    token = key.mailed(_message(f"{purpose} link", owner, nonce))
    return urlsafe_b64encode(token).decode().rstrip("=")


def code_digest(key: SigningKey, owner: int, nonce: bytes, code: str) -> bytes:
    """What is stored of a code: keyed, for a million codes are soon tried by who holds a digest."""
    return key.mailed(_message(f"digest of {code}", owner, nonce))


def _message(purpose: str, owner: int, nonce: bytes) -> bytes:
    return f"{purpose}\0{owner}\0".encode() + nonce
