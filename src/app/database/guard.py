"""No record, no change: a transaction that changed a row and left no ledger row is not committed.

It watches statements at the engine, so that ORM, Core and raw SQL are all seen (ledger.md 1).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, event

from app.models.ledger import LEDGER_TABLES

UNRECORDED = {"unrecorded": True}
"""Execution options of a statement that changes nothing which the ledger has to prove."""

_WRITE = re.compile(r"\s*(INSERT|REPLACE|UPDATE|DELETE)\s+(?:INTO\s+|FROM\s+)?[`\"]?(\w+)", re.I)
_READ = re.compile(
    r"[\s(]*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|BEGIN(?!\s+NOT)|COMMIT|PRAGMA|SHOW|EXPLAIN|DESC(?:RIBE)?"
    r"|SET\s+(?!STATEMENT))\b",
    re.I,
)
_UNKNOWN = ("", "a statement of an unknown kind")
_NOTES = "handover_ledger"


class UnrecordedChange(Exception):
    """A programming error: the transaction has to leave its ledger record, too."""


def watch(engine: Engine) -> None:
    """Watch every transaction of this engine."""
    if not event.contains(engine, "commit", _refuse_unrecorded):
        event.listen(engine, "begin", _forget)
        event.listen(engine, "after_cursor_execute", _note)
        event.listen(engine, "commit", _refuse_unrecorded)


def _forget(connection: Connection) -> None:
    connection.info.pop(_NOTES, None)


def _note(
    connection: Connection,
    cursor: Any,
    statement: str,
    _parameters: Any,
    context: Any,
    _executemany: bool,
) -> None:
    if statement.startswith("SELECT"):
        return
    written = _written_table(statement)
    if written is None or (cursor.rowcount == 0 and written is not _UNKNOWN):
        return
    verb, table = written
    notes = connection.info.setdefault(_NOTES, set())
    if verb == "INSERT" and table in LEDGER_TABLES:
        notes.add(True)
    elif not (context and context.execution_options.get("unrecorded")):
        notes.add(table)


@lru_cache(maxsize=1024)
def _written_table(statement: str) -> tuple[str, str] | None:
    if (found := _WRITE.match(statement)) is not None:
        return found[1].upper(), found[2].lower()
    return None if _READ.match(statement) else _UNKNOWN


def _refuse_unrecorded(connection: Connection) -> None:
    notes = connection.info.pop(_NOTES, None)
    if notes and True not in notes:
        raise UnrecordedChange(f"changed without a ledger record: {', '.join(sorted(notes))}")
