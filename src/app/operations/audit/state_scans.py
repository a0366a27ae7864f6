"""Decisions about scans of no order: each a track, and a record in audit_events that names it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from app.database import db
from app.models import AuditEvent, Track
from app.operations.audit.findings import Finding
from app.operations.audit.reading import LEAST_ID
from app.operations.ledger.subjects import SUBJECTS

CHUNK = 500

_SCAN = SUBJECTS[Track].word
_target = aliased(Track)
_DECISIONS = (
    select(Track.id, Track.event_id, _target.id)
    .outerjoin(_target, _target.event_id == Track.target_event_id)
    .where(Track.order_id.is_(None), Track.kind != "scan", Track.id > bindparam("after"))
    .order_by(Track.id)
    .limit(CHUNK)
)
_RECORDS_OF = select(AuditEvent.data).where(
    AuditEvent.resource_type == _SCAN,
    AuditEvent.resource_id.in_(bindparam("ids", expanding=True)),
)
_RECORDS = (
    select(AuditEvent.id, AuditEvent.data)
    .where(AuditEvent.resource_type == _SCAN, AuditEvent.id > bindparam("after"))
    .order_by(AuditEvent.id)
    .limit(CHUNK)
)
_KNOWN = select(Track.event_id).where(
    Track.event_id.in_(bindparam("events", expanding=True)), Track.kind != "scan"
)


def event_named_by(data: Any) -> str | None:
    """The track that a record names in its data."""
    try:
        named = json.loads(data)["event_id"]
    except (KeyError, TypeError, ValueError):
        return None
    return named if isinstance(named, str) else None


def verify_decisions() -> Iterator[Finding]:
    """Findings about decisions without a record, and records of decisions that are gone."""
    after = LEAST_ID
    while rows := db.session.execute(_DECISIONS, {"after": after}).all():
        targets = [row[2] for row in rows if row[2] is not None]
        records = db.session.execute(_RECORDS_OF, {"ids": targets}).scalars()
        named = {event_named_by(data) for data in records}
        yield from (
            Finding("missing_event", "tracks", row[0]) for row in rows if row[1] not in named
        )
        after = rows[-1][0]
    after = LEAST_ID
    while found := db.session.execute(_RECORDS, {"after": after}).all():
        names = {row.id: name for row in found if (name := event_named_by(row.data))}
        known = set(db.session.execute(_KNOWN, {"events": list(names.values())}).scalars())
        yield from (
            Finding("missing_track", "audit_events", row_id)
            for row_id, name in names.items()
            if name not in known
        )
        after = found[-1].id
