"""What makes a ledger row provable: its canonical form, its MAC, the hash of its erasable part."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from app.models import AuditEvent, Track
from app.models.base import Base
from app.support.clock import instant_text
from app.support.signing import KeyRing, SigningKey, sha256

SALT_BYTES = 16
_UNCOVERED = frozenset({"id", "mac", "seal_id", "salt"})


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no canonical form")


_ENCODER = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain
)


@dataclass(frozen=True, slots=True)
class Book:
    """One of the two tables of the ledger, and which of its columns the MAC covers."""

    table: Table
    label: bytes
    erasable: tuple[str, ...]
    covered: tuple[str, ...]

    @classmethod
    def of(cls, model: type[Base], label: bytes, erasable: tuple[str, ...]) -> Book:
        """The book of a model: covered is every column that is neither erasable nor the proof."""
        table = Base.metadata.tables[model.__tablename__]
        named = sorted(column.name for column in table.columns)
        outside = _UNCOVERED | set(erasable)
        return cls(table, label, erasable, tuple(name for name in named if name not in outside))


TRACKS = Book.of(Track, b"track-v1\0", ("note", "order_email", "lat_e6", "lon_e6"))
EVENTS = Book.of(AuditEvent, b"audit-event-v1\0", ("ip_address", "user_agent", "pii"))
BOOKS = (TRACKS, EVENTS)


def canonical(value: Any) -> bytes:
    """The one JSON text of a value: keys sorted, no blanks, times in UTC, bytes in hex."""
    return _ENCODER.encode(value).encode()


def sign(book: Book, values: dict[str, Any], ring: KeyRing) -> dict[str, Any]:
    """Add the proof to a row that is about to be inserted; what is absent counts as NULL."""
    values["salt"] = values["pii_hash"] = None
    # Without a salt two equal events of one moment would have one MAC, as a copy has.
    if book is EVENTS or any(values.get(name) is not None for name in book.erasable):
        values["salt"] = secrets.token_bytes(SALT_BYTES)
        values["pii_hash"] = pii_hash(book, values)
    values["key_id"] = ring.current.key_id
    values["mac"] = mac_of(book, values, ring.current)
    return values


def mac_of(book: Book, row: Mapping[str, Any], key: SigningKey) -> bytes:
    """The MAC of a row: of its label and its covered columns that are not NULL.

    So a column that is added later, and is NULL in old rows, leaves their MACs as they are.
    """
    covered = {name: value for name in book.covered if (value := row.get(name)) is not None}
    return key.mac(book.label + canonical(covered))


def pii_hash(book: Book, row: Mapping[str, Any]) -> bytes:
    """SHA-256 over a row's salt and its erasable columns."""
    erasable = {name: value for name in book.erasable if (value := row.get(name)) is not None}
    return sha256(row["salt"] + canonical(erasable))
