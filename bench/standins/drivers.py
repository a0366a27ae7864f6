"""A bare driver connection for each thread, as durable as the product's, and nothing besides."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Sequence
from typing import Any

import pymysql
from sqlalchemy.engine import make_url

Row = tuple[Any, ...]


class Driver:
    """One database by its driver alone; statements are written with `?`."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._own = threading.local()

    @classmethod
    def of_environment(cls) -> Driver:
        """The database of DATABASE_URL."""
        return cls(os.environ["DATABASE_URL"])

    def sql(self, statement: str) -> str:
        """A statement as this driver wants it; made once, at the start."""
        return statement if self.is_sqlite else statement.replace("?", "%s")

    def begin_writing(self) -> None:
        """SQLite's one writer begins here; MariaDB's transaction began at its first statement."""
        if self.is_sqlite:
            self._connection().execute("BEGIN IMMEDIATE")

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Execute a statement and give its cursor."""
        cursor = self._connection().cursor()
        cursor.execute(statement, values)
        return cursor

    def rows(self, statement: str, values: Sequence[Any] = ()) -> Sequence[Row]:
        """The rows of a SELECT."""
        found: Sequence[Row] = self.execute(statement, values).fetchall()
        return found

    def commit(self) -> None:
        """Commit; also after reading, on MariaDB."""
        self._connection().commit()

    def roll_back(self) -> None:
        """Undo."""
        self._connection().rollback()

    def _connection(self) -> Any:
        found = getattr(self._own, "connection", None)
        if found is None:
            found = self._own.connection = self._connect()
        return found

    def _connect(self) -> Any:
        url = self._url
        if self.is_sqlite:
            made = sqlite3.connect(str(url.database), timeout=5, isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                made.execute(f"PRAGMA {pragma}").close()
            return made
        return pymysql.connect(
            host=url.host,
            port=url.port or 3306,
            user=url.username,
            password=str(url.password or ""),
            database=url.database,
            charset="utf8mb4",
            init_command="SET SESSION innodb_lock_wait_timeout=5, time_zone='+00:00', "
            "sql_mode='TRADITIONAL', tx_isolation='READ-COMMITTED'",
        )
