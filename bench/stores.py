"""The databases of the bench: kept between runs, one for each size and kind."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pymysql
from sqlalchemy.engine import URL, make_url

Kind = Literal["sqlite", "mariadb"]
Size = Literal["10k", "100k", "1m", "slots"]

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "bench" / "data"
MARIADB = make_url(
    os.environ.get("BENCH_DATABASE_URL") or "mysql+pymysql://root@127.0.0.1:3306/test"
)
SIZES: dict[Size, int] = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000, "slots": 60_000}
TRACKS_PER_ORDER: dict[Size, int] = {"10k": 5, "100k": 10, "1m": 5, "slots": 4}
VARIABLES = (
    "innodb_buffer_pool_size",
    "innodb_flush_log_at_trx_commit",
    "innodb_flush_method",
    "innodb_log_file_size",
    "innodb_doublewrite",
    "log_bin",
)


@dataclass(frozen=True, slots=True)
class Store:
    """One database: `orders` orders, and `tracks_per_order` events of each."""

    kind: Kind
    size: Size

    @property
    def name(self) -> str:
        return f"handover_bench_{self.size}"

    @property
    def orders(self) -> int:
        return SIZES[self.size]

    @property
    def tracks_per_order(self) -> int:
        return TRACKS_PER_ORDER[self.size]

    @property
    def file(self) -> Path:
        """Where SQLite keeps it."""
        return FOLDER / f"{self.name}.db"

    @property
    def url(self) -> str:
        """Its address, as the settings take it."""
        if self.kind == "sqlite":
            return f"sqlite:///{self.file}"
        return _named(self.name).render_as_string(hide_password=False)

    def connect(self) -> Any:
        """A DB-API connection of the bench's own; changes are committed by hand."""
        if self.kind == "sqlite":
            return sqlite3.connect(self.file, timeout=60)
        return connect_mariadb(self.name)

    def sql(self, statement: str) -> str:
        """A statement written with `?`, as the driver wants it beside its values."""
        if self.kind == "sqlite":
            return statement
        return statement.replace("%", "%%").replace("?", "%s")

    def make_empty(self) -> None:
        """Throw away what is there, and make it anew without tables."""
        if self.kind == "sqlite":
            FOLDER.mkdir(parents=True, exist_ok=True)
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.file}{suffix}").unlink(missing_ok=True)
            return
        with connect_mariadb(None) as connection, connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS `{self.name}`")
            cursor.execute(f"CREATE DATABASE `{self.name}` CHARACTER SET utf8mb4")

    def settings(self) -> dict[str, str]:
        """The version, and the settings that matter for speed and durability."""
        if self.kind == "sqlite":
            return {"version": f"SQLite {sqlite3.sqlite_version}", "durability": "WAL, FULL"}
        names = ", ".join(f"'{name}'" for name in VARIABLES)
        with connect_mariadb(None) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT VERSION()")
            (version,) = cursor.fetchone()
            cursor.execute(f"SHOW GLOBAL VARIABLES WHERE variable_name IN ({names})")
            return {"version": str(version), **dict(cursor.fetchall())}


def connect_mariadb(database: str | None) -> Any:
    """A connection to the server; raises pymysql.OperationalError."""
    return pymysql.connect(
        host=MARIADB.host or "127.0.0.1",
        port=MARIADB.port or 3306,
        user=MARIADB.username,
        password=MARIADB.password or "",
        database=database,
        charset="utf8mb4",
        init_command="SET SESSION time_zone='+00:00', sql_mode='TRADITIONAL'",
        connect_timeout=5,
    )


def is_durable(store: Store) -> bool:
    """Whether a commit is on the disk when it is answered, as in the stand-ins' SQLite."""
    return store.kind == "sqlite" or store.settings()["innodb_flush_log_at_trx_commit"] == "1"


def fetch(store: Store, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of one SELECT."""
    connection = store.connect()
    try:
        cursor = connection.cursor()
        cursor.execute(store.sql(statement), tuple(values))
        return [tuple(row) for row in cursor.fetchall()]
    finally:
        connection.close()


def _named(name: str) -> URL:
    return MARIADB.set(database=name)
