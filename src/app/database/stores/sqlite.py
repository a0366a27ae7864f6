"""SQLite as a whole: its dump is the file itself, taken and put back by the online backup API."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from app.database.stores.shapes import CHUNK, REVISIONS, Contents, Dump, Lone, Scratch, StoreFault

_TABLES = (
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
)
_WAIT_SECONDS = 5


class SqliteStore:
    dialect = "sqlite"

    def __init__(self, file: Path) -> None:
        self._file = file
        self.name = file.name

    @contextmanager
    def dump(self, work: Path) -> Iterator[Dump]:
        if not self._file.is_file():
            raise StoreFault(f"there is no database at {self._file}; `handover setup` makes one")
        with closing(_connect(self._file)) as source:
            source.execute("PRAGMA query_only = ON")
            yield _copy(source, work)

    @contextmanager
    def alone(self) -> Iterator[Lone]:
        self._file.touch(mode=0o600)
        with closing(_connect(self._file)) as connection:
            try:
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript("BEGIN EXCLUSIVE; COMMIT")
            except sqlite3.DatabaseError as error:
                raise StoreFault(_why_not_alone(error, self._file)) from None
            yield _LoneFile(connection)

    @contextmanager
    def scratch(self, work: Path) -> Iterator[Scratch]:
        scratch = _ScratchFile(work / "scratch.db")
        try:
            scratch.file.touch(mode=0o600)
            yield scratch
        finally:
            for left_over in work.glob(f"{scratch.file.name}*"):
                left_over.unlink()


class _LoneFile:
    """Held by an exclusive lock of SQLite's own: whoever else comes waits, and then sees the new."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def contents(self) -> Contents:
        return _contents(self._connection)

    @contextmanager
    def dump(self, work: Path) -> Iterator[Dump]:
        yield _copy(self._connection, work)

    def replace_by(self, scratch: Scratch, expected: Mapping[str, int]) -> None:
        with closing(_connect(Path(scratch.url.removeprefix("sqlite:///")))) as source:
            source.backup(self._connection)  # one transaction of the database that is written
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class _ScratchFile:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.url = f"sqlite:///{file}"

    def load(self, chunks: Iterable[bytes]) -> None:
        with self.file.open("wb") as out:
            out.writelines(chunks)
        try:
            with closing(_connect(self.file)) as connection:
                problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
                orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.DatabaseError as error:
            raise StoreFault(f"SQLite cannot read the dump: {error}") from None
        if problem != "ok" or orphans:
            raise StoreFault(f"the dump is damaged: {problem}, {len(orphans)} orphaned rows")

    def contents(self) -> Contents:
        with closing(_connect(self.file)) as connection:
            return _contents(connection)


class _FileDump:
    def __init__(self, file: Path, contents: Contents) -> None:
        self._file = file
        self._contents = contents
        self.length = file.stat().st_size

    def __iter__(self) -> Iterator[bytes]:
        with self._file.open("rb") as dumped:
            while chunk := dumped.read(CHUNK):
                yield chunk

    def contents(self) -> Contents:
        return self._contents


def _copy(source: sqlite3.Connection, work: Path) -> _FileDump:
    """In one step, so that a writer elsewhere does not make the copying begin anew."""
    file = work / "dump.db"
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(file)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            return _FileDump(file, _contents(copy))
    except sqlite3.DatabaseError as error:
        raise StoreFault(
            f"SQLite cannot copy the database: {error}; is there room in {work}?"
        ) from None


def _contents(connection: sqlite3.Connection) -> Contents:
    tables = [name for (name,) in connection.execute(f"{_TABLES} ORDER BY name")]
    rows = {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for name in tables
    }
    found = connection.execute(f"SELECT * FROM {REVISIONS}") if REVISIONS in rows else ()  # noqa: S608
    return Contents(rows, next((str(one[0]) for one in found), None))


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=_WAIT_SECONDS, isolation_level=None)


def _why_not_alone(error: sqlite3.DatabaseError, file: Path) -> str:
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return f"{file} is in use: stop the server and its timers first"
    return f"{file}: {error}; move it elsewhere, keep it, and restore into nothing"
