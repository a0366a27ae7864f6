"""Orders derived again from their events: state, versions, decisions, deletion (ledger.md 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, select

from app.database import AnyRow, db
from app.models import AuditEvent, Order, Track
from app.operations.audit.findings import Finding
from app.operations.audit.reading import LEAST_ID, UNREADABLE, refuse_silence
from app.operations.audit.state_scans import event_named_by
from app.operations.ledger.actions import ORDER_DELETED
from app.operations.ledger.subjects import SUBJECTS
from app.operations.tracks import statements
from app.operations.tracks.fold import fold
from app.operations.tracks.histories import entries_of, first_state_of, projection
from app.support import clock

CHUNK = 100
_MOST_NAMED = 5

# What the stored positions and pieces are for is the next scan's reasons; positions are erasable.
_UNCHECKED = frozenset({"sightings"})
_IDS = select(Order.id).where(Order.id > bindparam("after")).order_by(Order.id).limit(CHUNK)
_ORDERS = select(Order.id, Order.order_number, Order.version, Order.deleted_at).where(
    Order.id.in_(bindparam("ids", expanding=True))
)
_TRACKS = select(Track.id, Track.event_id, Track.kind, Track.order_id, Track.order_version).where(
    Track.order_id.in_(bindparam("ids", expanding=True))
)
_EVENTS = select(
    AuditEvent.id, AuditEvent.resource_id, AuditEvent.seq, AuditEvent.action, AuditEvent.data
).where(
    AuditEvent.resource_type == SUBJECTS[Order].word,
    AuditEvent.resource_id.in_(bindparam("ids", expanding=True)),
)


def verify_orders(progress: Callable[[int], None]) -> Iterator[Finding]:
    """Findings about orders that are not what their events and records give."""
    after = LEAST_ID
    while ids := db.session.execute(_IDS, {"after": after}).scalars().all():
        yield from _verify(ids)
        after = ids[-1]
        progress(len(ids))


def _verify(ids: Sequence[int]) -> list[Finding]:
    try:
        return list(_findings(ids))
    except UNREADABLE as error:
        refuse_silence(error)
        if len(ids) > 1:
            return [finding for one in ids for finding in _verify([one])]
        words = "its rows cannot be read"
        return [Finding("status_mismatch", "orders", ids[0], words=words)]


def _findings(ids: Sequence[int]) -> Iterator[Finding]:
    connection = db.session.connection()
    whole = {"order_ids": ids, "earliest": clock.now(), "whole": True}
    histories = _by(statements.HISTORIES.rows(connection, whole), "id")
    tracks = _by(connection.execute(_TRACKS, {"ids": ids}), "order_id")
    events = _by(connection.execute(_EVENTS, {"ids": ids}), "resource_id")
    for order in connection.execute(_ORDERS, {"ids": ids}):
        yield from of_state(histories[order.id])
        own_tracks, own_events = tracks.get(order.id, []), events.get(order.id, [])
        yield from of_versions(order, own_tracks, own_events)
        yield from of_decisions(own_tracks, own_events)
        is_recorded = any(event.action == ORDER_DELETED.word for event in own_events)
        if is_recorded != (order.deleted_at is not None):
            yield _finding("deletion_mismatch", order, [])


def _by(rows: Any, name: str) -> dict[int, list[AnyRow]]:
    found: dict[int, list[AnyRow]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found


def of_state(rows: Sequence[Any]) -> Iterator[Finding]:
    """Findings about an order's projection; each row is the order with one of its events, or with none."""
    order = rows[0]
    entries = [] if order.event_id is None else entries_of(rows)
    derived = projection(fold(first_state_of(order), entries, order.piece_count))
    wrong = [
        f"{name} is {getattr(order, name)} and should be {value}"
        for name, value in derived.items()
        if name not in _UNCHECKED and getattr(order, name) != value
    ]
    if wrong:
        yield _finding("status_mismatch", order, wrong)


def _finding(what: str, order: Any, words: Sequence[str]) -> Finding:
    """A finding about an order, by the number that people know it by, too."""
    said = "; ".join([f"its number is {order.order_number}", *words])
    return Finding(what, "orders", order.id, words=said)


def of_versions(order: Any, tracks: Sequence[Any], events: Sequence[Any]) -> Iterator[Finding]:
    """Findings about versions of an order that no record covers, or more than one."""
    versions = [track.order_version for track in tracks if track.kind == "scan"]
    versions += [event.seq for event in events if event.seq is not None]
    covered = Counter(versions)
    missing = (one for one in range(1, order.version + 1) if one not in covered)
    problems = {
        "no record of version": list(islice(missing, _MOST_NAMED)),
        "a record of version": [one for one in covered if not 0 < one <= order.version],
        "more than one record of version": [one for one, count in covered.items() if count > 1],
    }
    if any(problems.values()):
        words = [
            f"{problem} {', '.join(map(str, found[:_MOST_NAMED]))}"
            for problem, found in problems.items()
            if found
        ]
        if 1 not in covered:
            words.append("it was not placed by this application")
        yield _finding("version_gap", order, words)


def of_decisions(tracks: Sequence[Any], events: Sequence[Any]) -> Iterator[Finding]:
    """Findings about decisions of an order without their record, and records without the decision."""
    decided = {(one.event_id, one.order_version): one.id for one in tracks if one.kind != "scan"}
    named = {
        (name, event.seq): event.id for event in events if (name := event_named_by(event.data))
    }
    for decision in decided.keys() - named.keys():
        yield Finding("missing_event", "tracks", decided[decision])
    for decision in named.keys() - decided.keys():
        yield Finding("missing_track", "audit_events", named[decision])
