"""The transaction that is open: one connection for the ORM's session and for prepared statements.

A request that needs no session, as a scan does, never begins one.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

present: ContextVar[Work | None] = ContextVar("work", default=None)


class Work:
    """A connection once it is needed, and its transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self.is_sqlite = engine.dialect.name == "sqlite"

    @property
    def is_open(self) -> bool:
        """Whether a transaction has begun."""
        return self._connection is not None and self._connection.in_transaction()

    def connection(self) -> Connection:
        """The connection; nothing is begun, so that SQLite reads without a transaction."""
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def begun(self) -> Connection:
        """The connection in its transaction."""
        connection = self.connection()
        if not connection.in_transaction():
            connection.begin()
        return connection

    def commit(self) -> None:
        """Make what was done durable, and give the connection back."""
        if self._connection is not None:
            if self._connection.in_transaction():
                self._connection.commit()
            self._connection.close()
            self._connection = None

    def abandon(self, *, is_broken: bool) -> None:
        """Undo; a connection whose COMMIT failed is closed: it would be handed on in its transaction."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if is_broken:
                connection.invalidate()
            elif connection.in_transaction():
                connection.rollback()
        except DBAPIError:  # lost since the last statement: the server has rolled it back
            connection.invalidate()
        finally:
            connection.close()


class WorkSession(FlaskSession):
    """A session that works on the connection of the transaction that is open."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        work = present.get()
        return super().get_bind(*args, **kwargs) if work is None else work.connection()
