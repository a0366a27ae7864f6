"""Making a database undo what it was asked, by its own means: locks, killed connections."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymysql
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url

_GONE_SECONDS = 60


def is_sqlite(engine: Engine) -> bool:
    """Whether this engine's database is a file."""
    return engine.dialect.name == "sqlite"


@contextmanager
def another_connection(engine: Engine) -> Iterator[Any]:
    """A connection past the application, in autocommit."""
    url = make_url(engine.url)
    if is_sqlite(engine):
        connection: Any = sqlite3.connect(str(url.database), isolation_level=None)
    else:
        connection = pymysql.connect(
            host=url.host,
            port=url.port or 3306,
            user=url.username,
            password=url.password or "",
            database=url.database,
            autocommit=True,
        )
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def listening(engine: Engine, name: str, listener: Any) -> Iterator[None]:
    """Let the engine tell of an event within a block."""
    event.listen(engine, name, listener)
    try:
        yield
    finally:
        event.remove(engine, name, listener)


def kill(connection: Connection) -> None:
    """End a connection at its server, as an operator would, and wait until it is gone."""
    victim = connection.connection.dbapi_connection.thread_id()
    with another_connection(connection.engine) as other, other.cursor() as cursor:
        cursor.execute(f"KILL {victim}")
        until = time.monotonic() + _GONE_SECONDS
        look = "SELECT COUNT(*) FROM information_schema.processlist WHERE id = %s"
        while time.monotonic() < until:
            cursor.execute(look, (victim,))
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.005)
    raise AssertionError("the connection does not die")


@contextmanager
def undone(engine: Engine, times: int) -> Iterator[None]:
    """Let the next so many write transactions fail: busy on SQLite, connection lost on MariaDB."""
    with _busy(engine, times) if is_sqlite(engine) else _losing(engine, times):
        yield


@contextmanager
def _busy(engine: Engine, times: int) -> Iterator[None]:
    engine.dispose()
    refusals = 0
    with another_connection(engine) as rival:

        def hurry(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA busy_timeout=0").close()

        def rob(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            nonlocal refusals
            if statement != "BEGIN IMMEDIATE":
                return
            if refusals == times and rival.in_transaction:
                rival.execute("ROLLBACK")
            elif refusals < times:
                refusals += 1
                if not rival.in_transaction:
                    rival.execute("BEGIN IMMEDIATE")

        with listening(engine, "connect", hurry), listening(engine, "before_cursor_execute", rob):
            yield
            assert refusals == times
    engine.dispose()


@contextmanager
def _losing(engine: Engine, times: int) -> Iterator[None]:
    losses = 0

    def lose(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal losses
        if statement.startswith("INSERT") and losses < times:
            losses += 1
            kill(connection)

    with listening(engine, "before_cursor_execute", lose):
        yield
        assert losses == times


@contextmanager
def losing_commit(engine: Engine, *, is_made: bool) -> Iterator[None]:
    """Let the next COMMIT of a change lose its connection, before or after it was made."""
    is_due = True

    def lose(connection: Connection) -> None:
        nonlocal is_due
        if is_due and connection.info.get("has_written"):
            is_due = False
            if is_made:
                connection.exec_driver_sql("COMMIT")
            kill(connection)

    def note(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        connection.info["has_written"] = statement.startswith("INSERT") or connection.info.get(
            "has_written", False
        )

    with listening(engine, "commit", lose), listening(engine, "before_cursor_execute", note):
        yield
        assert not is_due
