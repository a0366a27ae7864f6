"""The part of an address that names a business: small letters, digits and single dashes."""

from __future__ import annotations

import re
import secrets
from typing import Final

from app.support.search_text import folded

LONGEST_SLUG: Final = 64
SHORTEST_SLUG: Final = 3
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OTHERS = re.compile(r"[^a-z0-9]+")
_SUFFIX_BYTES = 3

RESERVED: Final = frozenset({"mine", "categories", "join", "new", "admin", "api"})
"""Words that stand in the place of a slug in our own addresses."""


def slug_problem(slug: str) -> str | None:
    """What is wrong with a slug that somebody chose; None when nothing is."""
    if not SHORTEST_SLUG <= len(slug) <= LONGEST_SLUG or not _SLUG.fullmatch(slug):
        return "3 to 64 small letters and digits, with single dashes between them."
    return "This word is reserved." if slug in RESERVED else None


def slug_of(name: str, *, otherwise: str) -> str:
    """A slug made of a name; of `otherwise` where the name has too few Latin letters."""
    found = _OTHERS.sub("-", folded(name)).strip("-")
    if slug_problem(found[:LONGEST_SLUG].strip("-")) is not None:
        found = f"{found or otherwise}-{_suffix()}"
    return found[:LONGEST_SLUG].strip("-")


def with_suffix(slug: str) -> str:
    """Another slug that begins like this one."""
    suffix = _suffix()
    return f"{slug[: LONGEST_SLUG - len(suffix) - 1].strip('-')}-{suffix}"


def _suffix() -> str:
    return secrets.token_hex(_SUFFIX_BYTES)
