"""The database: the only functions that begin and end transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError, IntegrityError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.config import Settings
from app.database import guard
from app.database.engines import engine_options, is_impatient, prepare, sqlite_file, writes
from app.database.faults import is_full, is_lost, is_unreachable, replayable, violated
from app.errors import AppError, Conflict, Unavailable
from app.models import Base

__all__ = [
    "REPLAYS",
    "AnyRow",
    "Replay",
    "answers",
    "before_commit",
    "configure",
    "db",
    "end_reading",
    "impatient",
    "reading",
    "replaying",
    "sqlite_file",
    "transaction",
    "unique",
]

REPLAYS = 3

db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})

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
    session = db.session()
    token = writes.set(write)
    committing = False
    try:
        yield session
        session.flush()
        for work in session.info.pop(_LAST, ()):
            work(session)
        committing = True
        session.commit()
    except (DBAPIError, StaleDataError, PendingRollbackError) as error:
        _abandon(session, is_broken=committing or is_lost(error))
        if is_unreachable(error) or is_full(error):
            raise Unavailable(retry_after=1) from None
        if replayable(error):
            raise Replay(
                outcome_unknown=committing and is_lost(error),
                taken=isinstance(error, IntegrityError),
            ) from error
        raise
    except PoolExhausted:
        raise Unavailable(retry_after=1) from None
    except BaseException:
        _abandon(session, is_broken=committing)
        raise
    finally:
        session.info.clear()
        writes.reset(token)


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


def _abandon(session: Session, *, is_broken: bool) -> None:
    """Undo; a connection whose COMMIT failed is closed: SQLAlchemy would hand it on in its transaction."""
    try:
        if is_broken:
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
    token = writes.set(False)
    try:
        yield session
    finally:
        writes.reset(token)
        end_reading()


def end_reading() -> None:
    """End a transaction that only read, before slow work: no lock and no connection is held."""
    session = db.session()
    if session.new or session.dirty or session.deleted or session.info.get(_LAST):
        raise RuntimeError("the transaction has changes: it cannot be ended here")
    try:
        session.commit()
    except BaseException:
        _abandon(session, is_broken=True)
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
