"""What a seal proves: the root over its rows, the hash that chains it, its signature (ledger.md 2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.models import AuditSeal
from app.operations.ledger.macs import canonical
from app.support.signing import KeyRing, sha256

NO_HASH = bytes(32)
"""What the first seal has for its predecessor's hash."""

SEALS = AuditSeal.__table__
LAST_SEAL = select(SEALS).order_by(AuditSeal.id.desc()).limit(1)

_LABEL = b"audit-seal-v1\0"
_HASHED = ("id", "prev_hash", "count", "root", "sealed_at")


class Root:
    """SHA-256 over rows' (table, id, mac), each a line of canonical JSON, in order."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self.count = 0

    def add(self, table: str, row_id: int, mac: bytes) -> None:
        self._digest.update(line_of(table, row_id, mac))
        self.count += 1

    def digest(self) -> bytes:
        return self._digest.digest()


def line_of(table: str, row_id: int, mac: bytes) -> bytes:
    """A row's part in the root."""
    return canonical([table, row_id, mac]) + b"\n"


def hash_of(seal: Mapping[str, Any]) -> bytes:
    """A seal's hash, over its number, its predecessor's hash, its rows and its time."""
    return sha256(_LABEL + canonical([seal[name] for name in _HASHED]))


def fault_of_seal(seal: Mapping[str, Any] | None, ring: KeyRing) -> str | None:
    """The kind of finding that a seal is by itself; None for a genuine one.

    None for a seal is one that cannot even be read as a row of its table.
    """
    if seal is None:
        return "forged_seal"
    try:
        key = ring.by_id.get(seal["key_id"])
        if key is None:
            return "unknown_key"
        is_own = seal["hash"] == hash_of(seal)
        is_signed = is_own and key.has_signed(seal["hash"], seal["signature"])
    except (TypeError, ValueError):  # SQLite stores any type in any column
        return "forged_seal"
    return None if is_signed else "forged_seal"
