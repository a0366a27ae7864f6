"""How the database server is set up, as it says itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.database import db, end_reading
from app.errors import Unavailable
from app.support import clock


@dataclass(frozen=True, slots=True)
class Variable:
    """One setting of the database server: its value now, and whether truth can rely on it."""

    name: str
    value: str
    is_right: bool
    todo: str


@dataclass(frozen=True, slots=True)
class Server:
    """`offset_seconds` is the database's clock less ours."""

    version: str
    offset_seconds: float
    variables: tuple[Variable, ...]


# Commits survive a power cut, keys are checked, readers and the writer do not wait for each other.
_PRAGMAS = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
_VARIABLES = text(
    "SELECT @@version, @@sql_mode, @@innodb_flush_log_at_trx_commit, @@character_set_database,"
    " UTC_TIMESTAMP(6)"
)
_COARSE = text(
    "SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns"
    " WHERE table_schema = DATABASE() AND data_type IN ('datetime', 'timestamp')"
    " AND datetime_precision < 6 ORDER BY 1"
)
_EACH_CONNECTION = "it is set on each connection: look for a proxy in between that resets it"


def get_server() -> Server:
    """What the database server says of itself; raises Unavailable, with its reason, when silent."""
    try:
        connection = db.session.connection()
        server = _sqlite(connection) if _is_sqlite(connection) else _mariadb(connection)
        end_reading()
    except DBAPIError as error:
        db.session.rollback()
        raise Unavailable(str(error.orig)) from None
    return server


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _sqlite(connection: Connection) -> Server:
    values = {name: str(connection.scalar(text(f"PRAGMA {name}"))) for name in _PRAGMAS}
    problem = str(connection.scalar(text("PRAGMA quick_check(1)")))
    return Server(
        version=f"SQLite {connection.scalar(text('SELECT sqlite_version()'))}",
        offset_seconds=0.0,
        variables=(
            *(
                Variable(name, values[name], values[name] == right, f"it has to be {right}")
                for name, right in _PRAGMAS.items()
            ),
            Variable("quick_check", problem, problem == "ok", "restore the newest backup"),
        ),
    )


def _mariadb(connection: Connection) -> Server:
    version, mode, flush, charset, now = connection.execute(_VARIABLES).one()
    isolation = connection.get_isolation_level()
    strict = "STRICT_TRANS_TABLES" in mode
    coarse = ", ".join(connection.scalars(_COARSE))
    return Server(
        version=f"MariaDB {version}",
        offset_seconds=(now.replace(tzinfo=UTC) - clock.now()).total_seconds(),
        variables=(
            Variable("isolation", isolation, isolation == "READ COMMITTED", _EACH_CONNECTION),
            Variable("sql_mode", "strict" if strict else "not strict", strict, _EACH_CONNECTION),
            Variable(
                "innodb_flush_log_at_trx_commit",
                str(flush),
                flush == 1,
                "set it to 1: else a power cut loses what was acknowledged",
            ),
            Variable(
                "character_set_database",
                charset,
                charset == "utf8mb4",
                "ALTER DATABASE ... CHARACTER SET utf8mb4: else names lose their letters",
            ),
            Variable(
                "columns without microseconds",
                coarse or "none",
                not coarse,
                "make them DATETIME(6)",
            ),
        ),
    )
