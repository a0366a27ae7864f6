"""Counts a dump's rows while it streams by, so that the counts are of its very snapshot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from app.database.stores.shapes import CHUNK, REVISIONS, Contents

_CREATE = re.compile(rb"CREATE TABLE `(\w+)`")
_REVISION = re.compile(rb"\('(\w+)'\)")


class CountedLines:
    """The lines of mariadb-dump, which writes a row a line: a line break in a value is escaped."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self._rows: dict[str, int] = {}
        self._revision: str | None = None

    def __iter__(self) -> Iterator[bytes]:
        """The lines again, as chunks of about a mebibyte."""
        table = ""
        waiting: list[bytes] = []
        size = 0
        for line in self._lines:
            if line.startswith(b"("):
                self._rows[table] += 1
                if table == REVISIONS and (found := _REVISION.match(line)):
                    self._revision = found[1].decode()
            elif found := _CREATE.match(line):
                table = found[1].decode()
                self._rows[table] = 0
            waiting.append(line)
            size += len(line)
            if size >= CHUNK:
                yield b"".join(waiting)
                waiting, size = [], 0
        yield b"".join(waiting)

    def contents(self) -> Contents:
        return Contents(dict(sorted(self._rows.items())), self._revision)
