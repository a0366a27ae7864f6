"""MariaDB as a whole: dumped by its own program, loaded into a scratch schema, renamed across."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import sleep
from typing import Any

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.database.stores import mariadb_client
from app.database.stores.counting import CountedLines
from app.database.stores.shapes import REVISIONS, Contents, Dump, Lone, Scratch, StoreFault

_MARK = "scratch schema of Handover, to be dropped"
_OTHERS = (
    "SELECT COUNT(*) FROM information_schema.processlist"
    " WHERE db = DATABASE() AND id <> CONNECTION_ID()"
)
_TABLES = (
    "SELECT table_name FROM information_schema.tables"
    " WHERE table_schema = '{}' AND table_type = 'BASE TABLE' ORDER BY table_name"
)
_CHARSET = (
    "SELECT default_character_set_name, default_collation_name FROM information_schema.schemata"
    " WHERE schema_name = '{}'"
)
_LENGTH = (
    "SELECT COALESCE(SUM(data_length), 0) FROM information_schema.tables"
    " WHERE table_schema = DATABASE()"
)
_LEFT_OVER = f"SELECT schema_name FROM information_schema.schemata WHERE schema_comment = '{_MARK}'"  # noqa: S608
_LONGEST_PREFIX = 40
_GONE_WITHIN_TENTHS = 10


class MariadbStore:
    dialect = "mariadb"

    def __init__(self, url: URL) -> None:
        self._url = url
        self.name = str(url.database)

    @contextmanager
    def dump(self, work: Path) -> Iterator[Dump]:
        with _connected(self._url) as connection:
            length = int(_one(connection, _LENGTH))
        with mariadb_client.dumping(self._url) as lines:
            yield _LineDump(lines, length)

    @contextmanager
    def alone(self) -> Iterator[Lone]:
        with _connected(self._url) as connection:
            lone = _LoneSchema(self, connection)
            lone.refuse_company()
            yield lone

    @contextmanager
    def scratch(self, work: Path) -> Iterator[Scratch]:
        nowhere = self._url.set(database="information_schema")  # we are no company of our own
        with _connected(nowhere) as connection:
            lock = f"handover_scratch:{self.name}"[:64]
            if not _one(connection, f"SELECT GET_LOCK('{lock}', 0)"):
                raise StoreFault("another backup is being verified or restored: wait for its end")
            prefix = f"{self.name[:_LONGEST_PREFIX]}_scratch_"
            for (left_over,) in connection.exec_driver_sql(_LEFT_OVER).all():
                if left_over.startswith(prefix):
                    _drop(connection, left_over)
            with _made(connection, prefix, self.name) as name:
                yield _ScratchSchema(self._url.set(database=name))


class _LineDump(CountedLines):
    def __init__(self, lines: Iterable[bytes], length: int) -> None:
        super().__init__(lines)
        self.length = length


class _LoneSchema:
    def __init__(self, store: MariadbStore, connection: Connection) -> None:
        self._store = store
        self._connection = connection

    def refuse_company(self) -> None:
        """Raise StoreFault while somebody else is connected; who has just gone is waited for."""
        for _ in range(_GONE_WITHIN_TENTHS):
            if not _one(self._connection, _OTHERS):
                return
            sleep(0.1)
        raise StoreFault(
            f"others are connected to {self._store.name}: stop the servers, the outbox and the "
            "timers first"
        )

    def contents(self) -> Contents:
        return _contents(self._connection, self._store.name)

    def dump(self, work: Path) -> AbstractContextManager[Dump]:
        return self._store.dump(work)

    def replace_by(self, scratch: Scratch, expected: Mapping[str, int]) -> None:
        assert isinstance(scratch, _ScratchSchema)
        connection, here, there = self._connection, self._store.name, scratch.name
        with _made(connection, f"{here[:_LONGEST_PREFIX]}_scratch_", here) as aside:
            moves = [(here, aside, table) for table in _tables(connection, here)]
            moves += [(there, here, table) for table in _tables(connection, there)]
            pairs = ", ".join(f"`{a}`.`{table}` TO `{b}`.`{table}`" for a, b, table in moves)
            self.refuse_company()
            connection.exec_driver_sql(f"RENAME TABLE {pairs}")
            if (left := _contents(connection, aside).rows) != expected:
                _unmark(connection, aside)
                raise StoreFault(
                    f"it was replaced, but somebody wrote meanwhile: what was here is kept whole in "
                    f"the schema {aside}, with {sum(left.values()) - sum(expected.values())} more rows than "
                    "in the safety backup; save them, then drop it"
                )


class _ScratchSchema:
    def __init__(self, url: URL) -> None:
        self._url = url
        self.name = str(url.database)
        self.url = url.render_as_string(hide_password=False)

    def load(self, chunks: Iterable[bytes]) -> None:
        mariadb_client.load(self._url, chunks)

    def contents(self) -> Contents:
        with _connected(self._url) as connection:
            return _contents(connection, self.name)


@contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise StoreFault(f"the database refuses: {error.orig}") from None


@contextmanager
def _made(connection: Connection, prefix: str, model: str) -> Iterator[str]:
    """An empty schema like the model, marked as ours to drop, which is dropped in the end."""
    name = prefix + secrets.token_hex(4)
    charset, collation = connection.exec_driver_sql(_CHARSET.format(model)).one()
    try:
        connection.exec_driver_sql(
            f"CREATE DATABASE `{name}` CHARACTER SET {charset} COLLATE {collation} COMMENT '{_MARK}'"
        )
    except DBAPIError:
        user = str(_one(connection, "SELECT CURRENT_USER()")).replace("@", "'@'")
        grant = prefix.replace("_", "\\_")
        raise StoreFault(
            f"the database's user may not make the schema {name}; as its root: "
            f"GRANT ALL ON `{grant}%`.* TO '{user}'"
        ) from None
    try:
        yield name
    finally:
        if name in connection.exec_driver_sql(_LEFT_OVER).scalars().all():
            _drop(connection, name)


def _drop(connection: Connection, name: str) -> None:
    connection.exec_driver_sql("SET SESSION foreign_key_checks = 0")
    connection.exec_driver_sql(f"DROP DATABASE `{name}`")


def _unmark(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(
        f"ALTER DATABASE `{name}` COMMENT 'replaced by a restore of Handover'"
    )


def _contents(connection: Connection, schema: str) -> Contents:
    rows = {
        table: int(_one(connection, f"SELECT COUNT(*) FROM `{schema}`.`{table}`"))  # noqa: S608
        for table in _tables(connection, schema)
    }
    if not rows.get(REVISIONS):
        return Contents(rows, None)
    revision = _one(connection, f"SELECT version_num FROM `{schema}`.`{REVISIONS}`")  # noqa: S608
    return Contents(rows, str(revision))


def _tables(connection: Connection, schema: str) -> list[str]:
    return [str(row[0]) for row in connection.exec_driver_sql(_TABLES.format(schema))]


def _one(connection: Connection, statement: str) -> Any:
    return connection.exec_driver_sql(statement).scalar()
