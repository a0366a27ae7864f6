"""What a license is worth at a moment: its proof by the ledger, and its one status (licenses.md 2)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from app.database import db
from app.extensions import signing_keys
from app.models import AuditEvent, License, Worker
from app.operations.ledger.macs import EVENTS, canonical
from app.operations.ledger.proofs import fault_of
from app.operations.ledger.subjects import SUBJECTS
from app.support.clock import instant_text
from app.support.signing import same

Status = Literal["unknown", "tampered", "revoked", "expired", "superseded", "valid"]
STATUSES: Final = ("unknown", "tampered", "revoked", "expired", "superseded", "valid")
"""The first of them that applies is the status."""

CLAIMS: Final = tuple(sorted(SUBJECTS[License].shown))
"""The columns for which a license's newest record stands."""

_WORD = SUBJECTS[License].word
_newer = aliased(AuditEvent)
_LAST = select(AuditEvent.__table__).where(
    AuditEvent.resource_type == _WORD,
    AuditEvent.resource_id.in_(bindparam("ids", expanding=True)),
    AuditEvent.seq
    == select(func.max(_newer.seq))
    .where(_newer.resource_type == _WORD, _newer.resource_id == AuditEvent.resource_id)
    .scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A license, its holder, and what it is worth; `record_hash` is None without any record."""

    license: License
    worker: Worker
    status: Status
    record_hash: str | None

    @property
    def is_active(self) -> bool:
        """Whether it counts now; a card of an older serial says nothing against the license."""
        return self.status == "valid"


def claims_of(found: License) -> dict[str, Any]:
    """All that a license claims, as its record says it: who, what, which level, until when."""
    claims = {name: getattr(found, name) for name in CLAIMS}
    return {
        name: instant_text(value) if isinstance(value, datetime) else value
        for name, value in claims.items()
    }


def status_of(
    found: License | None, *, at: datetime, is_sound: bool, serial: int | None = None
) -> Status:
    """The one status, by fixed priority; `serial` is that of the card that is shown, if any."""
    if found is None:
        return "unknown"
    if not is_sound:
        return "tampered"
    if found.revoked_at is not None:
        return "revoked"
    if found.expires_at is not None and found.expires_at <= at:
        return "expired"
    if found.live is None or serial not in (None, found.token_serial):
        return "superseded"
    return "valid"


def read_standings(
    rows: Sequence[tuple[License, Worker]], *, at: datetime, serial: int | None = None
) -> list[Standing]:
    """What each of these licenses is worth, in their order; one statement."""
    last = _last_records([found.id for found, _ in rows])
    standings = []
    for found, worker in rows:
        event = last.get(found.id)
        status = status_of(found, at=at, is_sound=is_proved(found, event), serial=serial)
        record_hash = None if event is None else bytes(event["mac"]).hex()
        standings.append(Standing(found, worker, status, record_hash))
    return standings


def is_proved(found: License, event: Mapping[str, Any] | None) -> bool:
    """Whether the newest record of a license, with the row's claims in it, still has its MAC.

    So a level, a date, a holder or a version that was changed in SQL is seen, and so is a record
    that was; compared in constant time.
    """
    if event is None:
        return False
    try:
        said = {**json.loads(event["data"]), "claims": claims_of(found)}
    except (TypeError, ValueError):
        return False
    as_claimed = {
        **event,
        "data": canonical(said).decode(),
        "resource_id": found.id,
        "seq": found.version,
    }
    return fault_of(EVENTS, as_claimed, signing_keys.ring) is None


def matches(standing: Standing, given: str) -> bool:
    """Whether a hash that somebody holds is that of a license which is as its record says it."""
    if standing.record_hash is None:
        return False
    is_same = same(standing.record_hash.encode(), given.strip().lower().encode())
    return is_same and standing.status != "tampered"


def _last_records(ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    if not ids:
        return {}
    try:
        rows = db.session.connection().execute(_LAST, {"ids": ids}).mappings().all()
    except (TypeError, ValueError):  # SQLite stores any type in any column
        if len(ids) == 1:
            return {}
        return {key: row for one in ids for key, row in _last_records([one]).items()}
    return {row["resource_id"]: dict(row) for row in rows}
