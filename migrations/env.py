"""Alembic's environment: the application's engine and its models' metadata."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app.database.guard import UNRECORDED
from app.models import Base

engine = current_app.extensions["migrate"].db.engine


def run() -> None:
    """Migrate over one connection; SQLite rewrites tables in batches, without looking at their keys."""
    with engine.connect().execution_options(**UNRECORDED) as connection, keys_unchecked(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def keys_unchecked(connection: Connection) -> Iterator[None]:
    """SQLite copies a table and drops the first: what refers to it is looked at when all is done."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if broken := raw.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows refer to what is not there: {broken[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


run()
