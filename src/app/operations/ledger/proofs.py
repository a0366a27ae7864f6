"""Whether one ledger row is what was written: its MAC, and the hash of its erasable part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.operations.ledger.macs import Book, mac_of, pii_hash
from app.support.signing import KeyRing, same


def fault_of(book: Book, row: Mapping[str, Any] | None, ring: KeyRing) -> str | None:
    """The kind of finding that a row is by itself; None for a sound one.

    None for a row is one that cannot even be read as a row of its table.
    """
    if row is None:
        return "edited"
    try:
        key = ring.by_id.get(row["key_id"])
        if key is None:
            return "unknown_key"
        if not same(mac_of(book, row, key), row["mac"]):
            return "edited"
        return None if _has_own_pii(book, row) else "pii_edited"
    except (TypeError, ValueError):  # SQLite stores any type in any column
        return "edited"


def is_erased(row: Mapping[str, Any]) -> bool:
    """Whether a row had an erasable part that is gone; whether lawfully, its record says."""
    return row["pii_hash"] is not None and row["salt"] is None


def _has_own_pii(book: Book, row: Mapping[str, Any]) -> bool:
    if row["salt"] is None:
        return all(row[name] is None for name in book.erasable)
    return row["pii_hash"] is not None and same(pii_hash(book, row), row["pii_hash"])
