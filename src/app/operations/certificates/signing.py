"""A custody certificate is signed, and checked by anybody who has it (licenses.md 4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.extensions import signing_keys
from app.operations.actors import Actor
from app.operations.certificates.content import read_custody
from app.support.certificates import Certificate, read_certificate, sign_certificate
from app.support.tokens import TokenInvalid


def certify_order(ref: str, *, issuer: str, at: datetime, actor: Actor) -> Certificate:
    """The certificate of an order as it is now; nothing is written. Raises as `read_custody` does."""
    content = read_custody(ref, issuer=issuer, at=at, actor=actor)
    return sign_certificate(content, at=at, key=signing_keys.ring.current)


def check_certificate(text: str, *, issuer: str) -> dict[str, Any] | None:
    """What a certificate's link or file says that is genuine; None for everything else.

    It is asked of nobody: neither an order nor whether there is one is looked up.
    """
    try:
        return read_certificate(text, ring=signing_keys.ring, issuer=issuer)
    except TokenInvalid:
        return None
