"""Engines: options per dialect, SQLite made durable and explicit about who writes."""

from __future__ import annotations

import sqlite3
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url

from app.config import Settings

LOCK_WAIT_SECONDS = 5

writes: ContextVar[bool] = ContextVar("writes", default=False)
is_impatient: ContextVar[bool] = ContextVar("is_impatient", default=False)
_BRIEFLY = "PRAGMA busy_timeout=300"
_AS_EVER = f"PRAGMA busy_timeout={LOCK_WAIT_SECONDS * 1000}"


def engine_options(settings: Settings) -> dict[str, Any]:
    """Connection and pool options of the database in the settings."""
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        return {
            "connect_args": {"timeout": LOCK_WAIT_SECONDS},
            "pool_reset_on_return": None,
            "hide_parameters": True,
        }
    session_variables = (
        f"SET SESSION innodb_lock_wait_timeout={LOCK_WAIT_SECONDS}, time_zone='+00:00', "
        "sql_mode='TRADITIONAL'"
    )
    return {
        "isolation_level": "READ COMMITTED",
        "pool_size": settings.db_pool_size,
        "max_overflow": settings.db_max_overflow,
        "pool_recycle": settings.db_pool_recycle,
        "pool_reset_on_return": None,
        "hide_parameters": True,
        "connect_args": {"connect_timeout": 5, "init_command": session_variables},
    }


def sqlite_file(settings: Settings) -> Path | None:
    """The embedded database's file; None for a server."""
    url = make_url(settings.database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def prepare(engine: Engine) -> None:
    """Make SQLite durable, checked and explicit about who writes; MariaDB needs nothing here."""
    if engine.dialect.name != "sqlite" or event.contains(engine, "begin", _begin):
        return
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "begin", _begin)


def _pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    if not writes.get():
        connection.exec_driver_sql("BEGIN")
    elif is_impatient.get():
        connection.exec_driver_sql(_BRIEFLY)
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(_AS_EVER)
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
