"""Verifying the ledger: every row by itself, in its seal, and in the chain (ledger.md 3).

Not found: an unsealed row of something without a version that was deleted in SQL, rows and their
unsealed records rewound together, and anything done by someone who holds the application's keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from app.database import db
from app.extensions import signing_keys
from app.models import AuditSeal
from app.operations.audit import reading
from app.operations.audit.chain import Chain
from app.operations.audit.checkpoints import compare_checkpoint
from app.operations.audit.findings import MOST_OF_A_KIND, Finding, Findings
from app.operations.audit.reading import CHUNK, PAGES, Read, time_of
from app.operations.audit.state import count_state, verify_state
from app.operations.ledger.actions import PII_ERASED
from app.operations.ledger.macs import BOOKS, EVENTS, Book
from app.operations.ledger.proofs import fault_of, is_erased
from app.support.clock import parse_instant
from app.support.signing import KeyRing

Progress = Callable[[int], None]

_LAST = select(func.max(AuditSeal.id))
_ERASURES = (
    select(EVENTS.table)
    .where(EVENTS.table.c.action == PII_ERASED.word)
    .order_by(EVENTS.table.c.at.desc(), EVENTS.table.c.id.desc())
    .limit(CHUNK)
)


def _copies_in(book: Book) -> Select[Any]:
    rows = book.table
    first = (
        select(rows.c.mac, func.min(rows.c.id).label("original"))
        .group_by(rows.c.mac)
        .having(func.count() > 1)
        .subquery()
    )
    return (
        select(rows.c.id, rows.c.seal_id, first.c.original)
        .join(first, first.c.mac == rows.c.mac)
        .where(rows.c.id > first.c.original)
        .order_by(rows.c.id)
        .limit(10 * MOST_OF_A_KIND)
    )


_COPIES = {book.table.name: _copies_in(book) for book in BOOKS}


@dataclass(frozen=True, slots=True)
class Report:
    """What was verified, and what was found."""

    rows: int
    seals: int
    findings: Findings


def count_work(*, with_state: bool) -> int:
    """How much `verify_ledger` will report as progress."""
    return reading.count_rows() + (count_state() if with_state else 0)


def verify_ledger(
    *,
    checkpoint: str | None = None,
    origin: str | None = "",
    with_state: bool = False,
    progress: Progress = lambda _: None,
) -> Report:
    """Verify the whole ledger as it is at one moment, in memory that does not grow with it.

    `checkpoint` is a signed note that was kept outside, `origin` the name it must bear, None
    for any. With
    `with_state` the business rows are derived from the ledger again. It must be the first thing
    in its transaction.
    """
    reading.begin_snapshot()
    findings = Findings()
    ring = signing_keys.ring
    judge = Judge(findings, ring, progress)
    last = db.session.execute(_LAST).scalar() or 0
    seals = Chain(findings, ring, judge.check, last=last).verify()
    for book in BOOKS:
        pages = PAGES[book.table.name]
        for one in pages.read_orphans():
            judge.check(book, one)
            findings.add(Finding("missing_seal", book.table.name, one.id, one.seal_id))
        for one in pages.read_unsealed():
            judge.check(book, one)
        for copy in db.session.execute(_COPIES[book.table.name]):
            words = f"of {book.table.name} {copy.original}"
            findings.add(Finding("replayed", book.table.name, copy.id, copy.seal_id, words))
    progress(judge.rows % CHUNK)
    if checkpoint is not None:
        against = compare_checkpoint(checkpoint, origin=origin)
        if against is not None:
            findings.add(against)
    if with_state:
        findings.add_all(verify_state(progress))
    return Report(judge.rows, seals, findings)


class Judge:
    """Judges rows one by one."""

    def __init__(self, findings: Findings, ring: KeyRing, progress: Progress) -> None:
        self.rows = 0
        self._findings = findings
        self._ring = ring
        self._progress = progress
        self._erased_before = max(_erasures(ring), default=None)

    def check(self, book: Book, one: Read) -> bool:
        """Report what is wrong with a row by itself; whether it is sound."""
        self.rows += 1
        if self.rows % CHUNK == 0:
            self._progress(CHUNK)
        fault = fault_of(book, one.row, self._ring)
        if fault is None and one.row is not None and is_erased(one.row):
            at = time_of(book, one.row)
            if self._erased_before is None or at >= self._erased_before:
                fault = "erased_unlawfully"
        if fault is not None:
            self._findings.add(Finding(fault, book.table.name, one.id, one.seal_id))
        return fault is None


def _erasures(ring: KeyRing) -> Iterator[datetime]:
    """Up to when personal data were lawfully erased, by each record of it that is genuine."""
    for one in reading.read(_ERASURES):
        if one.row is not None and fault_of(EVENTS, one.row, ring) is None:
            yield parse_instant(json.loads(one.row["data"])["before"])
