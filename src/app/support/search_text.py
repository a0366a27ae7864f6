"""What a person types to find people: how a name may be spelled, which digits are a number's."""

from __future__ import annotations

import re
import string
from typing import Final

SHORTEST_NAME: Final = 2
LEAST_DIGITS: Final = 6
BEYOND: Final = "\U0010ffff"
"""Sorts after whatever may follow a beginning."""

_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_PHONE = re.compile(r"[0-9 ()/.+-]+")
_DIGIT = re.compile(r"[0-9]")


def name_spellings(text: str) -> list[str]:
    """The keys under which a name that begins so may be stored, each once.

    SQLite's lower() leaves all but ASCII as it is, so that Ö and ö are two spellings.
    """
    name = " ".join(text.split())
    if len(name) < SHORTEST_NAME:
        return []
    cases = (name, name.lower(), name.title(), name.upper())
    return list(dict.fromkeys(one.translate(_ASCII_LOWER) for one in cases))


def phone_digits(text: str) -> str | None:
    """The digits of what looks like a phone number and is long enough to look for."""
    if _PHONE.fullmatch(text) is None:
        return None
    digits = "".join(_DIGIT.findall(text))
    return digits if len(digits) >= LEAST_DIGITS else None


def is_same_phone(digits: str, stored: str) -> bool:
    """Whether two numbers are one, whichever of them has the country's code or its zeros."""
    one, other = digits.lstrip("0"), "".join(_DIGIT.findall(stored)).lstrip("0")
    return bool(one and other) and (one.endswith(other) or other.endswith(one))
