"""A stage on which many tests begin: played once in each process, put back row by row for the others."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Table

from app import database
from app.http.application import Application
from app.models import Base
from tests.rows import writing

Made = TypeVar("Made")
Rows = list[tuple[Any, ...]]
KEPT_FOR_SECONDS = 120
"""What is signed in on it stays so for longer, and nothing on it is older than this."""


@dataclass(frozen=True)
class _Kept:
    made_at: float
    made: Any
    rows: dict[Table, Rows]


_stages: dict[Callable[..., Any], _Kept] = {}


def staged(play: Callable[[Application], Made], app: Application) -> Made:
    """What `play` makes of an application with an empty database, and all that it leaves there.

    Ids, times and keys are those of the first time; whoever changes what was made changes a copy.
    """
    kept = _stages.get(play)
    if kept is None or time.monotonic() - kept.made_at > KEPT_FOR_SECONDS:
        made = play(app)
        kept = _stages[play] = _Kept(time.monotonic(), made, _stored())
    else:
        _put_back(kept.rows)
    return copy.deepcopy(kept.made, {id(app): app})


def _columns(table: Table, connection: Connection) -> str:
    quote = connection.dialect.identifier_preparer.quote
    return ", ".join(quote(column.name) for column in table.columns if column.computed is None)


def _stored() -> dict[Table, Rows]:
    with database.transaction(write=False) as session:
        connection = session.connection()
        return {
            table: [
                tuple(row)
                for row in connection.exec_driver_sql(
                    f"SELECT {_columns(table, connection)} FROM {table.name}"
                )
            ]
            for table in Base.metadata.sorted_tables
        }


def _put_back(stored: dict[Table, Rows]) -> None:
    with writing() as session:
        connection = session.connection()
        is_sqlite = connection.dialect.name == "sqlite"
        mark = "?" if is_sqlite else "%s"
        off, on = (
            ("PRAGMA defer_foreign_keys = ON", None)
            if is_sqlite
            else ("SET foreign_key_checks = 0", "SET foreign_key_checks = 1")
        )
        connection.exec_driver_sql(off)
        for table, rows in stored.items():
            if not rows:
                continue
            connection.exec_driver_sql(f"DELETE FROM {table.name}")  # the shared device
            marks = ", ".join([mark] * len(rows[0]))
            connection.exec_driver_sql(
                f"INSERT INTO {table.name} ({_columns(table, connection)}) VALUES ({marks})", rows
            )
        if on:
            connection.exec_driver_sql(on)
