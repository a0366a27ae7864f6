"""The chain of seals: each follows its predecessor, and was made over just the rows that name it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.operations.audit.explaining import MOST_KEPT, Bounds, Kept, explain
from app.operations.audit.findings import MOST_OF_A_KIND, Finding, Findings
from app.operations.audit.reading import PAGES, Read, read_seals, time_of
from app.operations.audit.seals import NO_HASH, Root, fault_of_seal
from app.operations.ledger.macs import BOOKS, Book
from app.support.signing import KeyRing

Check = Callable[[Book, Read], bool]
"""Judges one row by itself, reports what is wrong, and says whether it is sound."""


class _Stream:
    """A table's sealed rows, taken seal by seal."""

    def __init__(self, book: Book, last: int) -> None:
        self.book = book
        self.highest = 0
        self._rows = PAGES[book.table.name].read_sealed(last)
        self._next = next(self._rows, None)

    def take(self, seal_id: int) -> Iterator[Read]:
        """The rows of this seal; those of earlier ones, which do not exist, are left out."""
        while self._next is not None and self._next.seal_id <= seal_id:
            if self._next.seal_id == seal_id:
                self.highest = max(self.highest, self._next.id)
                yield self._next
            self._next = next(self._rows, None)

    @property
    def next_id(self) -> int | None:
        return None if self._next is None else self._next.id


class Chain:
    """One walk along the chain, with every sealed row."""

    def __init__(self, findings: Findings, ring: KeyRing, check: Check, *, last: int) -> None:
        """`last` is the number of the last seal."""
        self._findings = findings
        self._ring = ring
        self._check = check
        self._streams = [_Stream(book, last) for book in BOOKS]
        self._explained = 0

    def verify(self) -> int:
        """Verify seals and rows; how many seals there are."""
        expected, previous, seals = 1, NO_HASH, 0
        for seal in read_seals():
            self._verify_place(seal, expected, previous)
            fault = fault_of_seal(seal.row, self._ring)
            if fault is not None:
                self._findings.add(Finding(fault, "audit_seals", seal.id))
            expected, previous = seal.id + 1, seal.row["hash"] if seal.row else b""
            self._verify_rows(seal, is_own=fault != "forged_seal")
            seals += 1
        return seals

    def _verify_place(self, seal: Read, expected: int, previous: bytes) -> None:
        if seal.id != expected:
            words = f"there is none with the numbers {expected} to {seal.id - 1}"
            self._findings.add(Finding("broken_chain", "audit_seals", seal.id, words=words))
        elif seal.row is not None and seal.row["prev_hash"] != previous:
            self._findings.add(Finding("broken_chain", "audit_seals", seal.id))

    def _verify_rows(self, seal: Read, *, is_own: bool) -> None:
        root, bounds = Root(), Bounds()
        kept: list[Kept] = []
        for stream in self._streams:
            name, before = stream.book.table.name, stream.highest
            for one in stream.take(seal.id):
                is_sound = self._check(stream.book, one)
                root.add(name, one.id, one.mac)
                if len(kept) < MOST_KEPT:
                    at = None if one.row is None else time_of(stream.book, one.row)
                    kept.append(Kept(name, one.id, one.mac, at, is_sound))
            bounds.add(name, before, stream.next_id)
        row = seal.row
        if not is_own or row is None or (row["count"], row["root"]) == (root.count, root.digest()):
            return
        if root.count >= MOST_KEPT or self._explained >= MOST_OF_A_KIND:
            words = f"{root.count} rows instead of {row['count']}"
            self._findings.add(Finding("altered_seal", "audit_seals", seal.id, words=words))
            return
        self._explained += 1
        self._findings.add_all(explain(seal.id, row["count"], row["root"], kept, bounds))
