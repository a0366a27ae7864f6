"""Writing rows as no operation does: as a test's stage, or as an attacker with the database's password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app import database
from app.database.guard import UNRECORDED


@contextmanager
def writing() -> Iterator[Session]:
    """One transaction whose changes leave no ledger record."""
    with database.transaction() as session:
        session.connection().execution_options(**UNRECORDED)
        yield session
