"""The database: the only functions that begin and end transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar, cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import DBAPIError, IntegrityError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.config import Settings
from app.database import guard
from app.database.engines import engine_options, is_impatient, prepare, sqlite_file, writes
from app.database.faults import is_full, is_lost, is_unreachable, replayable, violated
from app.database.prepared import Prepared, Values
from app.database.work import Work, WorkSession, present
from app.errors import AppError, Conflict, Unavailable
from app.models import Base

__all__ = [
    "REPLAYS",
    "AnyRow",
    "Replay",
    "answers",
    "before_commit",
    "configure",
    "connection",
    "db",
    "end_reading",
    "glance",
    "impatient",
    "is_open",
    "reading",
    "replaying",
    "sqlite_file",
    "transaction",
    "unique",
]

REPLAYS = 3

db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={
        "class_": WorkSession,
        "expire_on_commit": False,
        "join_transaction_mode": "control_fully",
    },
)

_LAST = "before_commit"

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
        guard.watch(db.engine)


@contextmanager
def transaction(*, write: bool = True) -> Iterator[Session]:
    """One transaction: leaving commits, raising rolls back.

    It opens at its first statement. Raises Replay when the database undid it for a reason
    that another try can mend: a deadlock, a lock wait, a failed certification, a lost
    connection, a unique key that a rival took.
    """
    work = present.get() or _new_work()
    tokens = writes.set(write), present.set(work)
    committing = False
    try:
        yield cast(Session, db.session)  # none is made unless it is used
        if (session := _used_session()) is not None:
            session.flush()
            for last in session.info.pop(_LAST, ()):
                last(session)
            committing = True
            session.commit()
        committing = True
        if work is not None:
            work.commit()
    except (DBAPIError, StaleDataError, PendingRollbackError) as error:
        _abandon(work, is_broken=committing or is_lost(error))
        if is_unreachable(error) or is_full(error):
            raise Unavailable(retry_after=1) from None
        if replayable(error):
            raise Replay(
                outcome_unknown=committing and is_lost(error),
                taken=isinstance(error, IntegrityError),
            ) from error
        raise
    except PoolExhausted:
        _abandon(work, is_broken=False)
        raise Unavailable(retry_after=1) from None
    except BaseException:
        _abandon(work, is_broken=committing)
        raise
    finally:
        if db.session.registry.has():
            db.session().info.clear()
        present.reset(tokens[1])
        writes.reset(tokens[0])


def connection() -> Connection:
    """The connection of the transaction that is open, for prepared statements and Core."""
    work = present.get()
    return db.session.connection() if work is None else work.begun()


def is_open() -> bool:
    """Whether the transaction has begun: whether anything was asked in it."""
    work = present.get()
    return _begun_session() is not None or (work is not None and work.is_open)


def _new_work() -> Work | None:
    """None where the session began one by itself already: it goes on with its own connection."""
    return Work(db.engine) if _begun_session() is None else None


def _session() -> Session | None:
    return db.session() if db.session.registry.has() else None


def _begun_session() -> Session | None:
    session = _session()
    return session if session is not None and session.in_transaction() else None


def _used_session() -> Session | None:
    """The session that has begun, or that has something to do at the end."""
    session = _session()
    is_used = session is not None and (session.in_transaction() or _LAST in session.info)
    return session if is_used else None


def _abandon(work: Work | None, *, is_broken: bool) -> None:
    if db.session.registry.has():
        session = db.session()
        try:
            if is_broken:
                session.invalidate()
            else:
                session.rollback()
        except DBAPIError:  # lost since the last statement: the server has rolled it back
            session.invalidate()
        session.expunge_all()
    if work is not None:
        work.abandon(is_broken=is_broken)


@contextmanager
def impatient() -> Iterator[None]:
    """Wait but briefly for SQLite's one writer: what is written here may not hold a client up."""
    token = is_impatient.set(True)
    try:
        yield
    finally:
        is_impatient.reset(token)


def before_commit(work: Callable[[Session], None]) -> None:
    """Do this as the last thing of the transaction that is open, in the order of the calls."""
    db.session().info.setdefault(_LAST, []).append(work)


@contextmanager
def reading() -> Iterator[Session]:
    """A look before the write transaction begins, so that SQLite's one writer's lock is taken late.

    On MariaDB, where reading locks nothing, it is a part of the transaction. What was read
    may have changed when the writing begins: decide anew there.
    """
    session = cast(Session, db.session)
    if db.engine.dialect.name != "sqlite" or is_open():
        yield session
        return
    token = writes.set(False)
    try:
        yield session
    finally:
        writes.reset(token)
        end_reading()


def glance(statement: Prepared, values: Values) -> Any | None:
    """The first row of a SELECT that comes before the transaction on SQLite, by itself.

    There the write transaction, everybody's lock, begins later; on MariaDB, where reading locks
    nothing, it is the transaction's first statement.
    """
    work = present.get()
    if work is None or is_open() or not work.is_sqlite:
        return statement.first(connection(), values)
    return statement.first(work.connection(), values)


def end_reading() -> None:
    """End a transaction that only read, before slow work: no lock and no connection is held."""
    session, work = db.session(), present.get()
    if session.new or session.dirty or session.deleted or session.info.get(_LAST):
        raise RuntimeError("the transaction has changes: it cannot be ended here")
    try:
        session.commit()
        if work is not None:
            work.commit()
    except BaseException:
        _abandon(work, is_broken=True)
        raise


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


def answers() -> bool:
    """Whether the database answers a question now."""
    try:
        db.session().execute(text("SELECT 1"))
        end_reading()
    except (DBAPIError, PoolExhausted):
        db.session().rollback()
        return False
    return True
