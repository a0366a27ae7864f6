"""What both databases can do as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

CHUNK = 1 << 20
REVISIONS = "alembic_version"
_OF_MIGRATIONS = {REVISIONS: 1, "devices": 1}
"""Rows that the migrations themselves make: the revision, and the shared device."""


class StoreFault(Exception):
    """The database cannot be dumped, loaded or replaced; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: rows of each table, and the revision of its tables."""

    rows: Mapping[str, int]
    revision: str | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but what the migrations make."""
        return all(count <= _OF_MIGRATIONS.get(name, 0) for name, count in self.rows.items())

    @property
    def total(self) -> int:
        return sum(self.rows.values())


class Dump(Protocol):
    """A dump while it is made: chunks first, then what was in them, of the same snapshot."""

    @property
    def length(self) -> int:
        """About how many bytes the chunks will have together."""

    def __iter__(self) -> Iterator[bytes]: ...

    def contents(self) -> Contents:
        """What was dumped; after the last chunk."""


class Scratch(Protocol):
    """A database beside the real one, empty at first and gone in the end."""

    @property
    def url(self) -> str:
        """Its address, with the password."""

    def load(self, chunks: Iterable[bytes]) -> None:
        """Fill it with a dump of its own dialect."""

    def contents(self) -> Contents: ...


class Lone(Protocol):
    """The database while nobody else is at work in it."""

    def contents(self) -> Contents: ...

    def dump(self, work: Path) -> AbstractContextManager[Dump]: ...

    def replace_by(self, scratch: Scratch, expected: Mapping[str, int]) -> None:
        """Put what the scratch holds in place of what is here, in one step: all of it or nothing.

        Raises StoreFault when somebody came in between; when `expected`, the rows of each
        table, is no longer what was here, what was replaced is kept, and the text says where.
        """


class Store(Protocol):
    """A database as a whole."""

    @property
    def dialect(self) -> str: ...

    @property
    def name(self) -> str:
        """What an operator calls it, to be typed as a confirmation."""

    def dump(self, work: Path) -> AbstractContextManager[Dump]:
        """Dump it as it is at one moment, while others write; `work` is a folder for drafts."""

    def alone(self) -> AbstractContextManager[Lone]:
        """Have it for ourselves; raises StoreFault while a server or a command uses it."""

    def scratch(self, work: Path) -> AbstractContextManager[Scratch]:
        """A database beside it."""
