"""The database: engine set-up per dialect, and the only functions that begin and end transactions."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, Row, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.config import Settings
from app.errors import AppError, Conflict, Unavailable
from app.models import Base

LOCK_WAIT_SECONDS = 5
REPLAYS = 3

db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})

_writes: ContextVar[bool] = ContextVar("writes", default=False)

T = TypeVar("T")
AnyRow: TypeAlias = Row[*tuple[Any, ...]]


class Replay(Exception):
    """The transaction was undone through no fault of its request: run the request again.

    `outcome_unknown` says that the connection was lost at COMMIT, so that the change may have
    been made: only a request with a key of its own may then be run again.
    """

    def __init__(self, *, outcome_unknown: bool, taken: bool) -> None:
        super().__init__("the transaction has to be replayed")
        self.outcome_unknown = outcome_unknown
        self.taken = taken

    def refusal(self, *, is_keyed: bool = False) -> AppError:
        """What a client is told when replaying did not help.

        A request with a key of its own shall come again: what is taken is that key, by rivals
        that are still at it, and a device would park what it is told conflicts.
        """
        return Conflict() if self.taken and not is_keyed else Unavailable(retry_after=1)


def configure(app: Flask, settings: Settings) -> None:
    """Bind the engine to the settings' database."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


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
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes.get() else "BEGIN")


@contextmanager
def transaction(*, write: bool = True) -> Iterator[Session]:
    """One transaction: leaving commits, raising rolls back.

    It opens at its first statement. Raises Replay when the database undid it for a reason
    that another try can mend: a deadlock, a lock wait, a failed certification, a lost
    connection, a unique key that a rival took.
    """
    session = db.session()
    token = _writes.set(write)
    committing = False
    try:
        yield session
        session.flush()
        committing = True
        session.commit()
    except (DBAPIError, StaleDataError, PendingRollbackError) as error:
        _abandon(session, error)
        if _is_unreachable(error) or _is_full(error):
            raise Unavailable(retry_after=1) from None
        if replayable(error):
            raise Replay(
                outcome_unknown=committing and _is_lost(error),
                taken=isinstance(error, IntegrityError),
            ) from error
        raise
    except PoolExhausted:
        raise Unavailable(retry_after=1) from None
    except BaseException:
        _abandon(session, None)
        raise
    finally:
        _writes.reset(token)


def _abandon(session: Session, error: Exception | None) -> None:
    try:
        if error is not None and _is_lost(error):
            session.invalidate()
        else:
            session.rollback()
    except DBAPIError:  # lost since the last statement: the server has rolled it back
        session.invalidate()
    session.expunge_all()


@contextmanager
def reading() -> Iterator[Session]:
    """A look before the write transaction begins, so that SQLite's one writer's lock is taken late.

    On MariaDB, where reading locks nothing, it is a part of the transaction. What was read
    may have changed when the writing begins: decide anew there.
    """
    session = db.session()
    if db.engine.dialect.name != "sqlite" or session.in_transaction():
        yield session
        return
    token = _writes.set(False)
    try:
        yield session
    finally:
        _writes.reset(token)
        end_reading()


def end_reading() -> None:
    """End a transaction that only read, before slow work: no lock and no connection is held."""
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("the transaction has changes: it cannot be ended here")
    session.commit()


def replaying(work: Callable[[], T]) -> T:
    """Run `work`, each try in a transaction of its own, and again while a rival undoes it."""
    for left in range(REPLAYS, -1, -1):
        try:
            with transaction():
                return work()
        except Replay as replay:
            if not left or replay.outcome_unknown:
                raise replay.refusal() from replay
    raise AssertionError("unreachable")


@contextmanager
def unique(constraint: str, taken: AppError) -> Iterator[None]:
    """Let the unique key decide: a row that it refuses raises `taken`."""
    try:
        yield
    except IntegrityError as error:
        if violated(error) == constraint:
            raise taken from None
        raise


def violated(error: IntegrityError) -> str | None:
    """The name of the unique constraint that refused a row, on both databases."""
    words = str(error.orig)
    if found := re.search(r"Duplicate entry .* for key '(?:\w+\.)?(\w+)'", words, re.DOTALL):
        return found[1]
    if found := re.search(r"UNIQUE constraint failed: ([\w., ]+)", words):
        table, columns = _columns(found[1])
        for constraint in Base.metadata.tables[table].constraints:
            names = [column.name for column in getattr(constraint, "columns", ())]
            if names == columns:
                return str(constraint.name)
    return None


def _columns(words: str) -> tuple[str, list[str]]:
    pairs = [part.strip().split(".") for part in words.split(",")]
    return pairs[0][0], [pair[1] for pair in pairs]


_MARIADB_AGAIN = {1213, 1205, 1020, 1047, 1317}
_MARIADB_PARENT_GONE = 1452  # what was read was deleted before it was referred to
_MARIADB_LOST = {1927, 2006, 2013, 2014, 2055, 0}
_MARIADB_UNREACHABLE = {1040, 1053, 1203, 2002, 2003}
_MARIADB_FULL = {1021, 1114}


def replayable(error: Exception) -> bool:
    """Whether another try of the same transaction may succeed."""
    if isinstance(error, StaleDataError | PendingRollbackError):
        return True
    if isinstance(error, IntegrityError):
        return violated(error) is not None or _number(error.orig) == _MARIADB_PARENT_GONE
    return _is_busy(error) or _is_lost(error)


def _is_busy(error: Exception) -> bool:
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return _number(cause) in _MARIADB_AGAIN


def _is_unreachable(error: Exception) -> bool:
    """Whether there is no server to talk to, or none that lets us in now: nothing was begun."""
    return _number(getattr(error, "orig", None)) in _MARIADB_UNREACHABLE


def _is_full(error: Exception) -> bool:
    """Whether the disk has no room: nothing was stored, and another try needs an operator first."""
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL
    return _number(cause) in _MARIADB_FULL


def _is_lost(error: Exception) -> bool:
    if not isinstance(error, DBAPIError) or isinstance(error.orig, sqlite3.Error):
        return False
    return error.connection_invalidated or (
        type(error.orig).__name__ in ("OperationalError", "InterfaceError")
        and _number(error.orig) in _MARIADB_LOST
    )


def _number(cause: BaseException | None) -> int | None:
    number = cause.args[0] if cause is not None and cause.args else None
    return number if isinstance(number, int) else None


def answers() -> bool:
    """Whether the database answers a question now."""
    try:
        db.session().execute(text("SELECT 1"))
        end_reading()
    except (DBAPIError, PoolExhausted):
        db.session().rollback()
        return False
    return True
