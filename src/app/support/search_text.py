"""What a person types to find people: how a name is compared, which digits are a phone's."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST_KEY: Final = 128
LEAST_DIGITS: Final = 6
BEYOND: Final = "\U0010ffff"
"""Sorts after whatever may follow a beginning."""

_APOSTROPHES_AND_DOTS = dict.fromkeys(map(ord, "'\u2019\u2018\u02bc\u02bb`\u00b4."))
_BREAKS = dict.fromkeys(map(ord, "-\u2010\u2011\u2012\u2013\u2014/,()"), " ")
_WITHIN_NAMES = _APOSTROPHES_AND_DOTS | _BREAKS
_UNDIVIDED_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_PHONE = re.compile(r"[0-9 ()/.+-]+")
_DIGIT = re.compile(r"[0-9]")


def name_key(name: str) -> str:
    """A name as a counter types it: no case, accents, apostrophes, dots or dashes, single blanks."""
    return folded(name)[:LONGEST_KEY].rstrip()


def folded(text: str) -> str:
    """A text of any length in which words are looked for, as `name_key` has it."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_WITHIN_NAMES))
    decomposed = decomposed.translate(_WITHIN_NAMES)  # "…" came to be three dots
    letters = "".join(one for one in decomposed if not unicodedata.combining(one))
    plain = letters.casefold().translate(_UNDIVIDED_LETTERS)
    return " ".join(plain.split())


def unbroken(text: str) -> str:
    """A number or code without the blanks and dashes that people put between its groups."""
    return "".join(text.translate(_BREAKS).split())


def phone_digits(text: str) -> str | None:
    """The digits of what looks like a phone number and is long enough to look for."""
    digits = _digits(text)
    return digits if len(digits) >= LEAST_DIGITS else None


def is_short_of_digits(text: str) -> bool:
    """Whether a text looks like a phone number of which too little was typed."""
    return 0 < len(_digits(text)) < LEAST_DIGITS


def is_same_phone(digits: str, stored: str) -> bool:
    """Whether two numbers are one, whichever of them has the country's code or its zeros."""
    one, other = digits.lstrip("0"), "".join(_DIGIT.findall(stored)).lstrip("0")
    return bool(one and other) and (one.endswith(other) or other.endswith(one))


def _digits(text: str) -> str:
    return "".join(_DIGIT.findall(text)) if _PHONE.fullmatch(text) else ""
