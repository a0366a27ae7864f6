"""Forgetting: the erasable part of old ledger rows, nulled and recorded; the proofs stay (ledger.md 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update

from app.database import db, reading, replaying
from app.errors import Invalid
from app.operations.actors import Actor
from app.operations.audit.reading import LEAST_ID
from app.operations.auth.rights import admins_only
from app.operations.ledger.actions import PII_ERASED
from app.operations.ledger.macs import BOOKS, EVENTS, TRACKS, Book
from app.operations.ledger.record import record
from app.support import clock
from app.support.clock import instant_text

WINDOW = 1000
"""Rows that one transaction erases."""

_TIMES = {TRACKS: TRACKS.table.c.received_at, EVENTS: EVENTS.table.c.at}


def _is_erasable(book: Book) -> ColumnElement[bool]:
    """A row that is old and still has something to erase; its salt alone tells nobody anything."""
    rows = book.table.c
    return and_(
        _TIMES[book] < bindparam("before", type_=_TIMES[book].type),
        rows.salt.is_not(None),
        or_(*(rows[name].is_not(None) for name in book.erasable)),
    )


_ERASABLE = {
    book: select(book.table.c.id)
    .where(book.table.c.id > bindparam("after"), _is_erasable(book))
    .order_by(book.table.c.id)
    .limit(WINDOW)
    for book in BOOKS
}
_COUNTS = select(
    *(
        select(func.count()).select_from(book.table).where(_is_erasable(book)).scalar_subquery()
        for book in BOOKS
    )
)
_ERASE = {
    book: update(book.table)
    .where(book.table.c.id.in_(bindparam("ids", expanding=True)), book.table.c.salt.is_not(None))
    .values(dict.fromkeys((*book.erasable, "salt")))
    for book in BOOKS
}


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows of each table lost their personal data."""

    tracks: int
    events: int


def count_erasable(before: datetime) -> int:
    """How many rows `forget_pii` would change; one statement."""
    return sum(db.session.execute(_COUNTS, {"before": before}).one())


def forget_pii(
    before: datetime, *, progress: Callable[[int], None] = lambda _: None, actor: Actor
) -> Forgotten:
    """Null the personal data of ledger rows older than `before`, for good.

    It walks each table once, by id, at most a thousand rows in a transaction of its own, which
    records itself as PII_ERASED; where nothing is left to erase nothing is recorded. `progress` is
    told how many rows were erased. Raises Invalid for a time to come, and PermissionDenied.
    """
    admins_only(actor)
    if before > clock.now():
        raise Invalid.field("before", "This time has not come yet.")
    erased = dict.fromkeys(BOOKS, 0)
    for book in BOOKS:
        after: float | None = LEAST_ID
        while after is not None:
            count, after = replaying(partial(_forget, book, before, after, actor))
            erased[book] += count
            progress(count)
    return Forgotten(erased[TRACKS], erased[EVENTS])


def _forget(book: Book, before: datetime, after: float, actor: Actor) -> tuple[int, int | None]:
    """Erase the next rows beyond `after`; how many, and where to go on, None at the end."""
    with reading() as session:
        ids = session.execute(_ERASABLE[book], {"before": before, "after": after}).scalars().all()
    if not ids:
        return 0, None
    count = db.session.connection().execute(_ERASE[book], {"ids": ids}).rowcount
    if count:
        record(
            PII_ERASED,
            actor=actor,
            before=instant_text(before),
            tracks=count if book is TRACKS else 0,
            events=count if book is EVENTS else 0,
        )
    return count, ids[-1]
