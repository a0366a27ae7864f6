"""The codes of licenses: `LIC-` and 10 letters of Crockford's base 32, read as people type them."""

from __future__ import annotations

import re
import secrets
from typing import Final

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""None of I, L, O and U: what is mistaken for a digit is read as that digit."""

PREFIX: Final = "LIC"
LENGTH: Final = 10
_GAPS = re.compile(r"[\s_-]+")
_MEANT = str.maketrans("OIL", "011")
_CODE = re.compile(f"[{LETTERS}]{{{LENGTH}}}")


def new_license_code() -> str:
    """A code of 50 random bits; the caller retries on a collision."""
    return f"{PREFIX}-{''.join(secrets.choice(LETTERS) for _ in range(LENGTH))}"


def read_license_code(text: str) -> str | None:
    """The code that a text means: any case, blanks and dashes, O for 0, I and L for 1; else None."""
    letters = _GAPS.sub("", text)
    if not letters.isascii():
        return None
    letters = letters.upper()
    if len(letters) == len(PREFIX) + LENGTH and letters.startswith(PREFIX):
        letters = letters[len(PREFIX) :]
    letters = letters.translate(_MEANT)
    return f"{PREFIX}-{letters}" if _CODE.fullmatch(letters) else None
