"""Loading without secondary indexes, and building them once at the end, is many times faster."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bench.stores import Store

_SECONDARY = re.compile(r"^\s*((?:UNIQUE )?KEY `(\w+)` \(.*?\)),?$", re.M)


@contextmanager
def without_indexes(store: Store, cursor: Any, tables: Sequence[str]) -> Iterator[None]:
    """Take away the tables' secondary indexes for the block, and put the very same ones back.

    Raises RuntimeError when a table comes out otherwise than it went in.
    """
    if store.kind == "sqlite":
        marks = ", ".join("?" * len(tables))
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            f" AND tbl_name IN ({marks})",
            tuple(tables),
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _, definition in found:
            cursor.execute(definition)
        return
    before = {table: _definition(cursor, table) for table in tables}
    for table, definition in before.items():
        keys = _SECONDARY.findall(definition)
        cursor.execute(f"ALTER TABLE {table} {', '.join(f'DROP KEY `{name}`' for _, name in keys)}")
    yield
    for table, definition in before.items():
        keys = _SECONDARY.findall(definition)
        cursor.execute(f"ALTER TABLE {table} {', '.join(f'ADD {key}' for key, _ in keys)}")
        if _lines(_definition(cursor, table)) != _lines(definition):
            raise RuntimeError(f"{table} is not what the migrations made")


def _definition(cursor: Any, table: str) -> str:
    cursor.execute(f"SHOW CREATE TABLE {table}")
    return str(cursor.fetchone()[1])


def _lines(definition: str) -> list[str]:
    """Without the order of its parts and the next id."""
    plain = re.sub(r" AUTO_INCREMENT=\d+", "", definition)
    return sorted(line.strip().rstrip(",") for line in plain.splitlines())
