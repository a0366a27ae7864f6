"""Attackers write anything: what they wrote goes before others look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app import database
from app.http.application import Application
from app.models.ledger import LEDGER_TABLES
from tests.rows import writing


@pytest.fixture(autouse=True)
def clear_the_scene(app: Application) -> Iterator[None]:
    yield
    database.db.session.remove()
    with writing() as session:
        for table in sorted(LEDGER_TABLES):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")


@pytest.fixture
def far_ids(app: Application) -> Iterator[None]:
    """For tests that take ids far away: a server would go on counting from there."""
    yield
    database.db.session.remove()
    if database.db.engine.dialect.name != "sqlite":
        with writing() as session:
            session.connection().exec_driver_sql("DELETE FROM audit_events")
            session.connection().exec_driver_sql("ALTER TABLE audit_events AUTO_INCREMENT = 1")
