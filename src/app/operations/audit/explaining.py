"""What became of a seal's rows, where they are no longer those that it sealed.

A guess is only named when the seal itself proves it: with the guess undone, the root is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from sqlalchemy import bindparam, or_, select

from app.operations.audit.findings import Finding
from app.operations.audit.reading import read
from app.operations.audit.seals import Root
from app.operations.ledger.macs import BOOKS

MOST_KEPT = 2000
"""Rows of one seal, where a genuine one has at most 512."""

_MOST_TRIED = 64
_IDS = range(-(2**63), 2**63)
_ORDER = {book.table.name: place for place, book in enumerate(BOOKS)}
_NEAR = {
    book.table.name: select(book.table)
    .where(
        book.table.c.id > bindparam("low"),
        book.table.c.id < bindparam("high"),
        or_(book.table.c.seal_id.is_(None), book.table.c.seal_id != bindparam("seal")),
    )
    .order_by(book.table.c.id)
    .limit(MOST_KEPT)
    for book in BOOKS
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A seal's row, as much of it as an explanation needs."""

    table: str
    id: int
    mac: Any
    at: Any
    is_sound: bool

    @property
    def place(self) -> tuple[int, int]:
        """Where the row stands in a root."""
        return (_ORDER[self.table], self.id)


@dataclass(slots=True)
class Bounds:
    """For each table the ids between which a seal's rows lie, by the seals around it."""

    low: dict[str, int] = field(default_factory=dict)
    high: dict[str, int | None] = field(default_factory=dict)

    def add(self, table: str, low: int, high: int | None) -> None:
        self.low[table], self.high[table] = low, high


def explain(
    seal_id: int, count: int, root: bytes, rows: list[Kept], bounds: Bounds
) -> list[Finding]:
    """Findings about a seal whose rows do not give its root: the rows themselves, if it proves them."""
    case = _Case(seal_id, root, rows, bounds)
    surplus = len(rows) - count
    if surplus > 0:
        named = case.inserted(surplus)
    elif surplus == 0:
        named = case.swapped() or case.renumbered()
    else:
        named = case.moved(-surplus) or case.missing(-surplus)
    if named:
        return named
    words = f"{len(rows)} rows instead of {count}" if surplus else "as many, but not the same"
    return [Finding("altered_seal", "audit_seals", seal_id, words=words)]


class _Case:
    def __init__(self, seal_id: int, root: bytes, rows: list[Kept], bounds: Bounds) -> None:
        self._seal_id = seal_id
        self._root = root
        self._rows = rows
        self._near: dict[Kept, Any] = {}
        self._free: dict[str, list[int]] = {}
        for table in _ORDER:
            ids = [row.id for row in rows if row.table == table]
            self._look_around(table, bounds.low[table], bounds.high[table], ids)

    def _look_around(self, table: str, low: int, high: int | None, own: list[int]) -> None:
        """Find the rows and the free ids among the seal's own, where there are not too many."""
        if own and not 0 <= own[0] - low <= MOST_KEPT:
            low = max(own[0] - 1, _IDS[0])
        most = min(low + MOST_KEPT, _IDS[-1])
        until = min(max([*own[-1:], high or most]), most)
        near = read(_NEAR[table], low=low, high=until, seal=self._seal_id)
        self._near |= {Kept(table, row.id, row.mac, None, True): row.seal_id for row in near}
        taken = {*own, *(row.id for row in near)}
        end = min(max(taken, default=low), most) if high is None else until
        self._free[table] = [one for one in range(low + 1, end) if one not in taken]

    def _proves(self, rows: Iterable[Kept]) -> bool:
        root = Root()
        for row in rows:
            root.add(row.table, row.id, row.mac)
        return root.digest() == self._root

    def _finding(self, what: str, row: Kept, words: str = "") -> Finding:
        return Finding(what, row.table, row.id, self._seal_id, words)

    def inserted(self, surplus: int) -> list[Finding]:
        """Rows that the seal proves to be strangers: it is right without them."""
        groups = [[row for row in self._rows if not row.is_sound]]
        if surplus == 1:
            groups += [[row] for row in self._rows]
        for group in groups:
            if len(group) == surplus and self._proves(
                row for row in self._rows if row not in group
            ):
                return [self._finding("inserted", row) for row in group]
        return []

    def moved(self, missing: int) -> list[Finding]:
        """Rows of other seals, or of none, with which the seal is right."""
        near = list(self._near)
        groups = [near] if len(near) == missing else [[row] for row in near if missing == 1]
        for group in groups:
            if self._proves(sorted([*self._rows, *group], key=lambda row: row.place)):
                return [
                    self._finding("moved", row, f"now it names {self._near[row] or 'none'}")
                    for row in group
                ]
        return []

    def missing(self, missing: int) -> list[Finding]:
        """The ids that no row has, when there are just so many around the seal's rows."""
        free = [(table, one) for table, ids in self._free.items() for one in ids]
        if len(free) == missing:
            return [Finding("missing_row", table, one, self._seal_id) for table, one in free]
        words = f"{missing} of {missing + len(self._rows)} rows are gone"
        if 0 < len(free) <= _MOST_TRIED:
            words += f"; nothing has the ids {', '.join(f'{table} {one}' for table, one in free)}"
        return [Finding("altered_seal", "audit_seals", self._seal_id, words=words)]

    def swapped(self) -> list[Finding]:
        """Two rows that have each other's ids: their times are in another order than their ids."""
        for one, other in combinations(self._displaced(), 2):
            if one.table == other.table:
                back = {one: replace(one, id=other.id), other: replace(other, id=one.id)}
                if self._proves(self._put_back(back)):
                    return [
                        self._finding("renumbered", row, f"it was {row.table} {was.id}")
                        for row, was in back.items()
                    ]
        return []

    def renumbered(self) -> list[Finding]:
        """A row that had another id: one between those of the rows before and after it in time."""
        for rows in self._by_table():
            by_time = sorted(rows, key=lambda row: row.at)
            for place, row in enumerate(by_time):
                if rows[place] is row:
                    continue
                for was in _ids_between(by_time[:place][-1:], by_time[place + 1 :][:1]):
                    if self._proves(self._put_back({row: replace(row, id=was)})):
                        return [self._finding("renumbered", row, f"it was {row.table} {was}")]
        return []

    def _put_back(self, back: dict[Kept, Kept]) -> list[Kept]:
        return sorted((back.get(row, row) for row in self._rows), key=lambda row: row.place)

    def _by_table(self) -> Iterator[list[Kept]]:
        for table in _ORDER:
            yield [row for row in self._rows if row.table == table and row.at is not None]

    def _displaced(self) -> list[Kept]:
        found = []
        for rows in self._by_table():
            by_time = sorted(rows, key=lambda row: row.at)
            found += [row for row, timely in zip(rows, by_time, strict=True) if row is not timely]
        return found if len(found) <= _MOST_TRIED else []


def _ids_between(before: list[Kept], after: list[Kept]) -> range:
    """Ids between two neighbours, or beside the one that there is."""
    if not before:
        return range(after[0].id - _MOST_TRIED, after[0].id) if after else range(0)
    first = before[0].id + 1
    last = after[0].id if after else first + _MOST_TRIED
    return range(first, min(last, first + _MOST_TRIED))
