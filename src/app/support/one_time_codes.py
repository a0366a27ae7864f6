"""One-time codes by time (RFC 6238): secrets, what an app scans, and the step of a code."""

from __future__ import annotations

import hmac
import re
from datetime import datetime

import pyotp

STEP_SECONDS = 30
_ISSUER = "Handover"
_NEAR = (0, -1, 1)
_DIGITS = re.compile(r"[0-9]{6}")
_BLANKS = re.compile(r"[\s-]+")


def new_secret() -> str:
    """A secret of 160 random bits in base 32."""
    return pyotp.random_base32()


def enrolment_address(secret: str, *, account: str) -> str:
    """The otpauth address that an authenticator app takes from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=_ISSUER)


def grouped(secret: str) -> str:
    """A secret in groups of four, as a person copies it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def read_code(text: str) -> str | None:
    """The six digits that were typed, with any blanks and dashes; None for anything else."""
    digits = _BLANKS.sub("", text)
    return digits if _DIGITS.fullmatch(digits) else None


def code_at(secret: str, at: datetime) -> str:
    """The code that an app shows at this instant."""
    return pyotp.TOTP(secret).generate_otp(_step_at(at))


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The step whose code this is, of the present one and its two neighbours; else None."""
    present, generator = _step_at(at), pyotp.TOTP(secret)
    for step in (present + near for near in _NEAR):
        if hmac.compare_digest(generator.generate_otp(step), code):
            return step
    return None


def _step_at(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS
