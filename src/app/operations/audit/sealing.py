"""Sealing: unsealed rows in batches, each batch one signed link of the chain (ledger.md 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.database import Replay, db, replaying
from app.extensions import signing_keys
from app.models import AuditEvent, AuditSeal
from app.operations.audit.findings import Finding
from app.operations.audit.reading import PAGES, Read, read
from app.operations.audit.seals import LAST_SEAL, NO_HASH, Root, fault_of_seal, hash_of
from app.operations.ledger.macs import BOOKS, EVENTS, TRACKS, Book
from app.operations.ledger.proofs import fault_of
from app.support import clock

BATCH = 512
SETTLED_AFTER = timedelta(minutes=2)
"""Of a refusal, which is counted in its row for a minute."""

_UNSEALED = {
    TRACKS: PAGES["tracks"].unsealed,
    EVENTS: PAGES["audit_events"]
    .unsealed.where(
        or_(
            AuditEvent.refusal_key.is_(None),
            AuditEvent.at < bindparam("settled", type_=AuditEvent.at.type),
        )
    )
    .with_for_update(),  # a count is raised before its row is sealed, or never
}
_SEAL = {
    book: update(book.table)
    .where(book.table.c.id.in_(bindparam("ids", expanding=True)), book.table.c.seal_id.is_(None))
    .values(seal_id=bindparam("seal"))
    for book in BOOKS
}
_INSERT = insert(AuditSeal)


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of one batch; `after` is where the next one of the same run begins."""

    sealed: int
    unsound: tuple[Finding, ...]
    after: tuple[int, int]
    is_last: bool


@dataclass(frozen=True, slots=True)
class Sealed:
    """What became of a run: rows and seals made, and what was not fit to be sealed or chained to."""

    rows: int
    seals: int
    unsound: tuple[Finding, ...]


def seal_batch(*, at: datetime, after: tuple[int, int] = (0, 0)) -> Batch:
    """Seal up to 512 rows beyond `after`, the ids of a track and of an event; six statements.

    A row that is not sound stays unsealed, is reported, and holds nobody up. To a last seal that
    is not genuine nothing is chained: it is reported, and is all that is. A rival that sealed at
    the same moment has the number: then nothing is done, and that is well. Raises Replay when a
    row was taken away meanwhile.
    """
    last = read(LAST_SEAL)
    if last and (fault := fault_of_seal(last[0].row, signing_keys.ring)) is not None:
        forged = Finding(fault, "audit_seals", last[0].id)
        return Batch(sealed=0, unsound=(forged,), after=after, is_last=True)
    tracks = read(_UNSEALED[TRACKS], after=after[0], limit=BATCH)
    room = BATCH - len(tracks)
    settled = at - SETTLED_AFTER
    events = read(_UNSEALED[EVENTS], after=after[1], limit=room, settled=settled) if room else []
    found = {TRACKS: tracks, EVENTS: events}
    unsound: list[Finding] = []
    sound = {book: _sound(book, rows, unsound) for book, rows in found.items()}
    batch = Batch(
        sealed=sum(map(len, sound.values())),
        unsound=tuple(unsound),
        after=(
            tracks[-1].id if tracks else after[0],
            events[-1].id if events else after[1],
        ),
        is_last=len(tracks) + len(events) < BATCH,
    )
    if not batch.sealed:
        return batch
    number = last[0].id + 1 if last else 1
    previous = last[0].row["hash"] if last and last[0].row else NO_HASH
    if not _insert(number, previous, sound, at):
        return Batch(sealed=0, unsound=(), after=batch.after, is_last=True)
    for book, rows in sound.items():
        _mark(book, rows, number)
    return batch


def seal_all(*, progress: Callable[[int], None] = lambda _: None) -> Sealed:
    """Seal what there is, each batch in a transaction of its own.

    `progress` is told how many rows each batch was through with.
    """
    rows = seals = 0
    unsound: list[Finding] = []
    after, is_last = (0, 0), False
    while not is_last:
        batch = replaying(lambda after=after: seal_batch(at=clock.now(), after=after))  # type: ignore[misc]
        rows, seals = rows + batch.sealed, seals + bool(batch.sealed)
        unsound.extend(batch.unsound)
        progress(batch.sealed + len(batch.unsound))
        after, is_last = batch.after, batch.is_last
    return Sealed(rows, seals, tuple(unsound))


def count_unsealed() -> int:
    """How many rows wait for a seal; one statement."""
    counts = [
        select(func.count()).where(book.table.c.seal_id.is_(None)).scalar_subquery()
        for book in BOOKS
    ]
    return sum(db.session.execute(select(*counts)).one())


def _sound(book: Book, rows: list[Read], unsound: list[Finding]) -> list[Read]:
    ring = signing_keys.ring
    sound = []
    for one in rows:
        fault = fault_of(book, one.row, ring)
        if fault is None:
            sound.append(one)
        else:
            unsound.append(Finding(fault, book.table.name, one.id))
    return sound


def _insert(number: int, previous: bytes, sound: dict[Book, list[Read]], at: datetime) -> bool:
    root = Root()
    for book, rows in sound.items():
        for one in rows:
            root.add(book.table.name, one.id, one.mac)
    key = signing_keys.ring.current
    seal: dict[str, Any] = {
        "id": number,
        "prev_hash": previous,
        "count": root.count,
        "root": root.digest(),
        "sealed_at": at,
        "key_id": key.key_id,
    }
    seal["hash"] = hash_of(seal)
    seal["signature"] = key.sign(seal["hash"])
    try:
        db.session.connection().execute(_INSERT, seal)
    except IntegrityError:
        return False
    return True


def _mark(book: Book, rows: list[Read], number: int) -> None:
    if not rows:
        return
    ids = [one.id for one in rows]
    marked = db.session.connection().execute(_SEAL[book], {"ids": ids, "seal": number})
    if marked.rowcount != len(ids):
        raise Replay(outcome_unknown=False, taken=True)
