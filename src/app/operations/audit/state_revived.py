"""Appointments that a forced scan brought back: a scan has no record that tells what it cleared."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from app.database import AnyRow, db
from app.models import AuditEvent, Order
from app.operations.ledger.subjects import SUBJECTS
from app.operations.tracks import statements
from app.operations.tracks.calling_off import CANCELLED
from app.operations.tracks.fold import fold
from app.operations.tracks.histories import entries_of, first_state_of
from app.support import clock

_RECORDS = (
    select(AuditEvent.resource_id, AuditEvent.data)
    .where(
        AuditEvent.resource_type == SUBJECTS[Order].word,
        AuditEvent.resource_id.in_(bindparam("ids", expanding=True)),
        AuditEvent.seq.is_not(None),
    )
    .order_by(AuditEvent.resource_id, AuditEvent.seq)
)


def find_revived(told: Mapping[int, Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """What else is true of orders of which the records tell that they are cancelled.

    Only scans have come since, and none of them cancels: where the fold is not cancelled, one of
    them has brought it back. That raised `sequence` by one, which a record that came later counts.
    """
    cancelled = [order_id for order_id, values in told.items() if values.get("cancelled_by")]
    found: dict[int, dict[str, Any]] = {}
    if not cancelled or not (revived := _not_cancelled(cancelled)):
        return found
    for order_id, data in db.session.execute(_RECORDS, {"ids": revived}):
        changes: dict[str, list[Any]] = json.loads(data).get("changes", {})
        if order_id is not None and "sequence" in changes:
            by_scan = int("cancelled_by" in changes)
            found[order_id] = {"cancelled_by": None, "sequence": changes["sequence"][1] + by_scan}
    return found


def _not_cancelled(order_ids: Sequence[int]) -> list[int]:
    """Those whose events do not come to that, whatever their rows say."""
    whole = {"order_ids": order_ids, "earliest": clock.now(), "whole": True}
    rows: dict[int, list[AnyRow]] = defaultdict(list)
    for row in statements.HISTORIES.rows(db.session.connection(), whole):
        rows[row.id].append(row)
    return [order_id for order_id, some in rows.items() if _status(some) != CANCELLED]


def _status(rows: Sequence[AnyRow]) -> str:
    order = rows[0]
    entries = [] if order.event_id is None else entries_of(rows)
    return fold(first_state_of(order), entries, order.piece_count).status
