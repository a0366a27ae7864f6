"""Engines: options per dialect, SQLite made durable and explicit about who writes."""

from __future__ import annotations

import sqlite3
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import ConnectionPoolEntry

from app.config import Settings
from app.config.databases import OTHERS, hosts_of
from app.database.gate import Gate
from app.database.hosts import RENEWED_AFTER_SECONDS, Hosts
from app.database.prepared import say

LOCK_WAIT_SECONDS = 5
SILENT_FOR_SECONDS = 10
"""A transaction of whom MariaDB hears nothing for so long is undone: when the network is cut nobody
tells the server, which would keep what was locked for hours."""

writes: ContextVar[bool] = ContextVar("writes", default=False)
is_impatient: ContextVar[bool] = ContextVar("is_impatient", default=False)
_BRIEFLY = 0.3
_GATE = "gate"


def engine_options(settings: Settings) -> dict[str, Any]:
    """Connection and pool options of the database in the settings."""
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        return {
            "connect_args": {"timeout": LOCK_WAIT_SECONDS},
            "pool_reset_on_return": None,
            "hide_parameters": True,
        }
    session_variables = (
        f"SET SESSION innodb_lock_wait_timeout={LOCK_WAIT_SECONDS}, "
        f"idle_transaction_timeout={SILENT_FOR_SECONDS}, time_zone='+00:00', "
        "sql_mode='TRADITIONAL'"
    )
    recycle = settings.db_pool_recycle
    if len(hosts_of(make_url(settings.database_url))) > 1:
        recycle = min(recycle, RENEWED_AFTER_SECONDS)
    return {
        "isolation_level": "READ COMMITTED",
        "paramstyle": "format",  # positional, as prepared statements need it
        "pool_size": settings.db_pool_size,
        "max_overflow": settings.db_max_overflow,
        "pool_recycle": recycle,
        "pool_reset_on_return": None,
        "hide_parameters": True,
        "connect_args": {"init_command": session_variables},
    }


def sqlite_file(settings: Settings) -> Path | None:
    """The embedded database's file; None for a server."""
    url = make_url(settings.database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def prepare(engine: Engine) -> None:
    """Make SQLite durable, checked and explicit about who writes; find MariaDB among its hosts."""
    if engine.dialect.name != "sqlite":
        _find_hosts(engine)
    elif not event.contains(engine, "begin", _begin):
        _set_up_sqlite(engine)


def _find_hosts(engine: Engine) -> None:
    if not (names := hosts_of(engine.url)):
        return
    hosts = Hosts(names)

    def connect(_dialect: object, _record: object, _given: object, named: dict[str, Any]) -> Any:
        return hosts.connect({key: value for key, value in named.items() if key != OTHERS})

    event.listen(engine, "do_connect", connect)


def _set_up_sqlite(engine: Engine) -> None:
    file = engine.url.database

    def set_up(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()
        if file:
            record.info[_GATE] = Gate(Path(file))

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _leave)
    event.listen(engine, "close", _close)


def _begin(connection: Connection) -> None:
    if not writes.get():
        say(connection, "BEGIN")
        return
    seconds = _BRIEFLY if is_impatient.get() else LOCK_WAIT_SECONDS
    gate: Gate | None = connection.info.get(_GATE)
    if gate is not None and not gate.enter(seconds=seconds):
        seconds = 0
    if seconds == LOCK_WAIT_SECONDS:
        say(connection, "BEGIN IMMEDIATE")
        return
    say(connection, f"PRAGMA busy_timeout={seconds * 1000:.0f}")
    try:
        say(connection, "BEGIN IMMEDIATE")
    finally:
        say(connection, f"PRAGMA busy_timeout={LOCK_WAIT_SECONDS * 1000}")


def _leave(_connection: object, record: ConnectionPoolEntry) -> None:
    if (gate := record.info.get(_GATE)) is not None:
        gate.leave()


def _close(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
    connection.rollback()  # a half-read SELECT keeps a closed connection's locks
    if (gate := record.info.pop(_GATE, None)) is not None:
        gate.close()
