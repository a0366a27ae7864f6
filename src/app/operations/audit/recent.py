"""Proving a part of the ledger, bounded so that a person can wait for it: its end, or one record.

Verifying the whole ledger is a command's work (operations/audit/verifying.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import bindparam, select

from app.errors import NotFound
from app.extensions import signing_keys
from app.models import AuditSeal
from app.operations.actors import Actor
from app.operations.audit import reading
from app.operations.audit.explaining import MOST_KEPT
from app.operations.audit.findings import MOST_OF_A_KIND, Finding, Findings
from app.operations.audit.reading import Read, read
from app.operations.audit.seals import NO_HASH, SEALS, Root, fault_of_seal
from app.operations.audit.verifying import Judge
from app.operations.auth.rights import admins_only
from app.operations.ledger import actions
from app.operations.ledger.macs import BOOKS, EVENTS
from app.operations.ledger.record import record

MOST_SEALS = 16
"""Of 512 rows at most: what is proved within a second or two."""

MOST_UNSEALED = 4_000

_SEALS_TABLE = AuditSeal.__tablename__
_NEWEST_SEALS = select(SEALS).order_by(SEALS.c.id.desc()).limit(MOST_SEALS + 1)
_NEAR = select(SEALS).where(SEALS.c.id.in_(bindparam("ids", expanding=True))).order_by(SEALS.c.id)
_EVENT = select(EVENTS.table).where(EVENTS.table.c.id == bindparam("event"))
_OF_SEAL = {
    book: select(book.table)
    .where(book.table.c.seal_id == bindparam("seal"))
    .order_by(book.table.c.id)
    .limit(MOST_KEPT)
    for book in BOOKS
}
_UNSEALED = {
    book: select(book.table).where(book.table.c.seal_id.is_(None)).limit(MOST_UNSEALED)
    for book in BOOKS
}
"""In no order: to have them by id, MariaDB might read all rows by id, sealed or not."""
_BEYOND = {
    book: select(book.table)
    .where(book.table.c.seal_id > bindparam("last"))
    .order_by(book.table.c.seal_id, book.table.c.id)
    .limit(MOST_OF_A_KIND)
    for book in BOOKS
}


@dataclass(frozen=True, slots=True)
class PartReport:
    """What of the ledger's end was proved; `first_seal` is the oldest seal among it.

    `is_whole` says that there was nothing before it and nothing left out.
    """

    rows: int
    seals: int
    first_seal: int | None
    unsealed: int
    is_whole: bool
    findings: Findings


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves one record; `seal` is None until the next sealing."""

    seal: int | None
    sealed_at: datetime | None
    sealed_rows: int
    findings: Sequence[Finding]


def verify_recent(*, actor: Actor) -> PartReport:
    """Prove the newest 16 seals, their rows, their chain, and 4,000 unsealed rows of each table.

    It must be the first thing in its transaction. Its record is the caller's to make, when the
    snapshot is over: see `record_verification`.
    """
    admins_only(actor)
    reading.begin_snapshot()
    findings = Findings()
    judge = Judge(findings, signing_keys.ring, lambda _: None)
    newest = read(_NEWEST_SEALS)[::-1]
    is_chained_on = len(newest) > MOST_SEALS
    own = newest[1:] if is_chained_on else newest
    before = [newest[0]] if is_chained_on else [None]
    for previous, seal in pairwise([*before, *own]):
        if seal is not None:
            _verify_seal(seal, previous, judge, findings)
    last = own[-1].id if own else 0
    sealed = judge.rows
    for book in BOOKS:
        for one in read(_BEYOND[book], last=last):
            findings.add(Finding("missing_seal", book.table.name, one.id, one.seal_id))
        for one in read(_UNSEALED[book]):
            judge.check(book, one)
    unsealed = judge.rows - sealed
    return PartReport(
        rows=judge.rows,
        seals=len(own),
        first_seal=own[0].id if own else None,
        unsealed=unsealed,
        is_whole=not is_chained_on and unsealed < MOST_UNSEALED,
        findings=findings,
    )


def record_verification(report: PartReport, *, actor: Actor) -> None:
    """Record who had the ledger verified, and with what result."""
    record(
        actions.LEDGER_VERIFIED,
        actor=actor,
        rows=report.rows,
        seals=report.seals,
        findings=report.findings.total,
    )


def prove_event(event_id: int, *, actor: Actor) -> Proof:
    """Prove one record of the ledger: by itself, in its seal, and its seal after the one before.

    Raises NotFound. Six statements at most.
    """
    admins_only(actor)
    findings = Findings()
    judge = Judge(findings, signing_keys.ring, lambda _: None)
    rows = read(_EVENT, event=event_id)
    if not rows:
        raise NotFound
    (event,) = rows
    if event.seal_id is None:
        judge.check(EVENTS, event)
        return Proof(None, None, 0, findings.found)
    near = {one.id: one for one in read(_NEAR, ids=[event.seal_id - 1, event.seal_id])}
    seal = near.get(event.seal_id)
    if seal is None or seal.row is None:
        judge.check(EVENTS, event)
        findings.add(Finding("missing_seal", EVENTS.table.name, event_id, event.seal_id))
        return Proof(event.seal_id, None, 0, findings.found)
    _verify_seal(seal, near.get(seal.id - 1), judge, findings)
    return Proof(seal.id, seal.row["sealed_at"], seal.row["count"], findings.found)


def _verify_seal(seal: Read, previous: Read | None, judge: Judge, findings: Findings) -> None:
    """Judge one seal: its signature, its place in the chain, its rows and its root over them."""
    fault = fault_of_seal(seal.row, signing_keys.ring)
    if fault is not None:
        findings.add(Finding(fault, _SEALS_TABLE, seal.id))
    if not _follows(seal, previous):
        findings.add(Finding("broken_chain", _SEALS_TABLE, seal.id))
    root = Root()
    for book in BOOKS:
        for one in read(_OF_SEAL[book], seal=seal.id):
            judge.check(book, one)
            root.add(book.table.name, one.id, one.mac)
    row = seal.row
    if row is not None and (row["count"], row["root"]) != (root.count, root.digest()):
        words = f"{root.count} rows instead of {row['count']}"
        if root.count == row["count"]:
            words = "as many, but not the same"
        findings.add(Finding("altered_seal", _SEALS_TABLE, seal.id, words=words))


def _follows(seal: Read, previous: Read | None) -> bool:
    if seal.row is None or (previous is not None and previous.row is None):
        return True  # what cannot be read is a finding of its own
    expected = NO_HASH if previous is None else previous.row["hash"]  # type: ignore[index]
    number = 1 if previous is None else previous.id + 1
    return bool(seal.id == number and seal.row["prev_hash"] == expected)
