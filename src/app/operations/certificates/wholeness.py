"""Whether an order is as all of its records say it: nothing left out, nothing added, nothing told otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import bindparam, select

from app.database import db
from app.extensions import signing_keys
from app.models import AuditEvent, Order
from app.operations.audit.findings import Finding
from app.operations.audit.reading import UNREADABLE, refuse_silence
from app.operations.audit.state_orders import of_decisions, of_state, of_versions
from app.operations.ledger.macs import EVENTS, TRACKS
from app.operations.ledger.proofs import fault_of
from app.operations.ledger.subjects import SUBJECTS, default_of

FOLDED: Final = (
    *("id", "order_number", "service_name", "created_at", "piece_count", "version"),
    *("status", "status_since", "folded_at", "folded_seq", "folded_event_id"),
    *("location", "located_at", "custodian_id", "starts_at", "hold_expires_at"),
)
"""The columns of an order that have to be at hand."""

_TOLD: Final = ("order_number", "service_name", "piece_count")
_RECORDS = (
    select(AuditEvent.__table__)
    .where(
        AuditEvent.resource_type == SUBJECTS[Order].word,
        AuditEvent.resource_id == bindparam("order_id"),
        AuditEvent.seq <= bindparam("version"),
    )
    .order_by(AuditEvent.seq)
)


def is_whole(order: Mapping[str, Any], tracks: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every record of an order is genuine and there, and its row what they make of it.

    So a scan that was deleted, moved here or edited in SQL is seen, and so is a status. The order
    and its tracks are to be of one moment; records that came since are left out. One statement.
    """
    if any(fault_of(TRACKS, track, signing_keys.ring) for track in tracks):
        return False
    named = {"order_id": order["id"], "version": order["version"]}
    try:
        records = [dict(row) for row in db.session.connection().execute(_RECORDS, named).mappings()]
        if any(fault_of(EVENTS, record, signing_keys.ring) for record in records):
            return False
        return next(_findings(order, tracks, records), None) is None
    except UNREADABLE as error:  # SQLite stores any type in any column
        refuse_silence(error)
        return False


def _findings(
    order: Mapping[str, Any],
    tracks: Sequence[Mapping[str, Any]],
    records: Sequence[Mapping[str, Any]],
) -> Iterator[Finding | str]:
    row = SimpleNamespace(**order)
    own_tracks = [SimpleNamespace(**track) for track in tracks]
    own_records = [SimpleNamespace(**record) for record in records]
    yield from of_versions(row, own_tracks, own_records)
    yield from of_decisions(own_tracks, own_records)
    yield from of_state(
        [
            SimpleNamespace(**{**track, **order}, event_location=track["location"])
            for track in tracks
        ]
        or [SimpleNamespace(**order, event_id=None)]
    )
    told = {name: default_of(Order, name) for name in _TOLD}
    for record in records:
        changes = json.loads(record["data"]).get("changes", {})
        told |= {name: new for name, (_, new) in changes.items() if name in told}
    yield from (name for name, value in told.items() if order[name] != value)
