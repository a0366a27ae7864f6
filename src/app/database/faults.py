"""What a database's error means: whether another try may help, and which key refused a row."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError, PendingRollbackError
from sqlalchemy.orm.exc import StaleDataError

from app.models import Base


def violated(error: IntegrityError) -> str | None:
    """The name of the unique constraint or index that refused a row, on both databases."""
    words = str(error.orig.args[-1]) if error.orig is not None else ""
    if found := re.search(r"Duplicate entry .* for key '(?:\w+\.)?(\w+)'", words, re.DOTALL):
        return found[1]
    if found := re.search(r"UNIQUE constraint failed: ([\w., ]+)", words):
        table, columns = _columns(found[1])
        of_table = Base.metadata.tables[table]
        indexes: list[Any] = [index for index in of_table.indexes if index.unique]
        for constraint in (*of_table.constraints, *indexes):
            names = [column.name for column in getattr(constraint, "columns", ())]
            if names == columns:
                return str(constraint.name)
    return None


def _columns(words: str) -> tuple[str, list[str]]:
    pairs = [part.strip().split(".") for part in words.split(",")]
    return pairs[0][0], [pair[1] for pair in pairs]


_MARIADB_AGAIN = {1213, 1205, 1020, 1317}
_MARIADB_PARENT_GONE = 1452  # what was read was deleted before it was referred to
_MARIADB_LOST = {1927, 2006, 2013, 2014, 2055, 0}
# Another host may serve: a node that left its cluster, one that could not finish a COMMIT, one
# that was made read-only. Whoever is connected to it has to connect anew.
_MARIADB_ELSEWHERE = {1047, 1180, 1290}
_MARIADB_UNREACHABLE = {1040, 1053, 1203, 2002, 2003}
_MARIADB_FULL = {1021, 1114}


def replayable(error: Exception) -> bool:
    """Whether another try of the same transaction may succeed."""
    if isinstance(error, StaleDataError | PendingRollbackError):
        return True
    if isinstance(error, IntegrityError):
        return violated(error) is not None or _number(error.orig) == _MARIADB_PARENT_GONE
    return _is_busy(error) or is_lost(error)


def _is_busy(error: Exception) -> bool:
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.OperationalError):
        return _sqlite_code(cause) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return _number(cause) in _MARIADB_AGAIN


def is_unreachable(error: Exception) -> bool:
    """Whether there is no server to talk to, or none that lets us in now: nothing was begun."""
    return _number(getattr(error, "orig", None)) in _MARIADB_UNREACHABLE


def is_full(error: Exception) -> bool:
    """Whether the disk has no room: nothing was stored, and another try needs an operator first."""
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.OperationalError):
        return _sqlite_code(cause) == sqlite3.SQLITE_FULL
    return _number(cause) in _MARIADB_FULL


def is_lost(error: Exception) -> bool:
    """Whether this connection is of no more use, and a COMMIT on it of unknown outcome."""
    if not isinstance(error, DBAPIError) or isinstance(error.orig, sqlite3.Error):
        return False
    return error.connection_invalidated or (
        type(error.orig).__name__ in ("OperationalError", "InterfaceError")
        and _number(error.orig) in _MARIADB_LOST | _MARIADB_ELSEWHERE
    )


def _sqlite_code(error: sqlite3.OperationalError) -> int:
    """SQLite's primary result code; 0 where Python itself raised, for text that is not UTF-8."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _number(cause: BaseException | None) -> int | None:
    number = cause.args[0] if cause is not None and cause.args else None
    return number if isinstance(number, int) else None
