"""Reading the whole ledger in one snapshot and in constant memory, whatever somebody wrote into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, RowMapping, Select, Table, bindparam, exists, func, select
from sqlalchemy.exc import OperationalError

from app.database import db, is_open
from app.models import AuditSeal, Track
from app.operations.ledger.macs import BOOKS, Book

CHUNK = 1000
LEAST_ID = -1e19
"""Below every key, also below -(2**63), which is one."""

_SEALS = AuditSeal.__table__
_AFTER: BindParameter[int] = bindparam("after")
_LIMIT: BindParameter[int] = bindparam("limit")
UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OperationalError,
    TypeError,
    ValueError,
)
"""What reading rows may raise where SQLite stores any type in any column; see `refuse_silence`."""


@dataclass(frozen=True, slots=True)
class Read:
    """A row as it was found; `row` is None when no value of its type could be made of a column."""

    id: int
    seal_id: Any
    row: Mapping[str, Any] | None

    @property
    def mac(self) -> Any:
        return None if self.row is None else self.row["mac"]


def begin_snapshot() -> None:
    """See the database of one moment until the transaction ends; call it before the first look."""
    if is_open():
        raise RuntimeError("the transaction has seen another moment already")
    if db.engine.dialect.name != "sqlite":  # where every transaction does
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def count_rows() -> int:
    """How many rows the two tables have; one statement."""
    counts = [select(func.count()).select_from(book.table).scalar_subquery() for book in BOOKS]
    return sum(db.session.execute(select(*counts)).one())


def read(query: Select[Any], **parameters: Any) -> list[Read]:
    """The rows of a query over one whole table; a row that cannot be read is found all the same."""
    connection = db.session.connection()
    try:
        return [_as_read(row) for row in connection.execute(query, parameters).mappings()]
    except UNREADABLE as error:
        refuse_silence(error)
    (table,) = query.get_final_froms()
    names = query.with_only_columns(*_names_of(table))
    return [_read_one(table, row[0], row[-1]) for row in connection.execute(names, parameters)]


def refuse_silence(error: Exception) -> None:
    """Raise an error again that is not the rows' but the database's."""
    if isinstance(error, OperationalError) and "decode" not in str(error.orig):
        raise error  # but for SQLite's bytes that are no text


def _as_read(found: RowMapping) -> Read:
    row = {str(name): value for name, value in found.items()}
    return Read(row["id"], row.get("seal_id"), row)


def _names_of(table: Any) -> list[Any]:
    return [table.c.id, table.c.seal_id] if "seal_id" in table.c else [table.c.id]


def _read_one(table: Any, row_id: int, seal_id: Any) -> Read:
    query = select(table).where(table.c.id == row_id)
    try:
        return _as_read(db.session.connection().execute(query).mappings().one())
    except UNREADABLE as error:
        refuse_silence(error)
        return Read(row_id, seal_id, None)


class Pages:
    """The statements that page through one table, each along an index."""

    def __init__(self, table: Table) -> None:
        key, seal = table.c.id, table.c.seal_id
        some = select(table).limit(_LIMIT)
        self.unsealed = some.where(seal.is_(None), key > _AFTER).order_by(key)
        self._of_seal = some.where(seal == bindparam("seal"), key > _AFTER).order_by(key)
        self._of_later = some.where(seal > bindparam("seal"), seal <= bindparam("last")).order_by(
            seal, key
        )
        is_known = exists().where(_SEALS.c.id == seal)
        self._orphans = some.where(seal.is_not(None), ~is_known, key > _AFTER).order_by(key)

    def read_unsealed(self) -> Iterator[Read]:
        """Rows without a seal, by id."""
        return _walk(self.unsealed)

    def read_orphans(self) -> Iterator[Read]:
        """Rows whose seal does not exist, by id."""
        return _walk(self._orphans)

    def read_sealed(self, last: int) -> Iterator[Read]:
        """Rows of seals 1 to `last`, by seal and id."""
        seal, after = 0, 0
        while True:
            rows = read(self._of_seal, seal=seal, after=after, limit=CHUNK)
            if len(rows) < CHUNK:
                yield from rows
                rows = read(self._of_later, seal=seal, last=last, limit=CHUNK)
                if not rows:
                    return
            yield from rows
            seal, after = rows[-1].seal_id, rows[-1].id


def _walk(query: Select[Any]) -> Iterator[Read]:
    after = LEAST_ID
    while rows := read(query, after=after, limit=CHUNK):
        yield from rows
        after = rows[-1].id


PAGES: Mapping[str, Pages] = {book.table.name: Pages(book.table) for book in BOOKS}
_SEALS_AFTER = select(_SEALS).where(_SEALS.c.id > _AFTER).order_by(_SEALS.c.id).limit(_LIMIT)


def read_seals() -> Iterator[Read]:
    """Every seal, by number."""
    return _walk(_SEALS_AFTER)


def time_of(book: Book, row: Mapping[str, Any]) -> Any:
    """When a row was written, by its own word."""
    return row["received_at" if book.table is Track.__table__ else "at"]
