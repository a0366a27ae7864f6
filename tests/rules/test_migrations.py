"""The migrations make exactly the tables of the models, and take them away again."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, inspect

from app import create_app, database
from app.config import Settings
from app.database.guard import UNRECORDED
from app.models import Base
from tests.conftest import fresh_mariadb, make_environment

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


@pytest.fixture
def connection(tmp_path: Path, worker_id: str) -> Iterator[Connection]:
    """A connection to an empty database of this test's own, whose application is pushed."""
    if base := os.environ.get("HANDOVER_TEST_DATABASE_URL"):
        name = os.environ.get("HANDOVER_TEST_NAME", "")
        url = fresh_mariadb(base, f"handover_test_{name}{worker_id}_migrations")
    else:
        (tmp_path / "handover.db").touch(mode=0o600)
        url = f"sqlite:///{tmp_path}/handover.db"
    app = create_app(Settings.load(make_environment(url, INSTANCE_PATH=str(tmp_path))))
    with app.app_context():
        with database.db.engine.connect() as connection:
            yield connection
        database.db.engine.dispose()


def tables(connection: Connection) -> set[str]:
    connection.rollback()
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def drift(connection: Connection) -> list[object]:
    """What would have to be migrated to come to the models' tables."""
    connection.rollback()
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory(str(FOLDER)).get_heads()) == 1


def test_every_migration_is_named_by_its_day_and_its_change() -> None:
    names = [path.name for path in (FOLDER / "versions").glob("*.py")]
    assert names
    assert [name for name in names if not re.fullmatch(r"20[0-9]{6}_[a-z0-9_]+\.py", name)] == []


def test_up_makes_the_models_tables_and_down_takes_them_away(connection: Connection) -> None:
    for _ in range(2):
        upgrade(directory=str(FOLDER))
        assert tables(connection) == set(Base.metadata.tables)
        assert drift(connection) == []
        connection.rollback()
        downgrade(directory=str(FOLDER), revision="base")
        assert tables(connection) == set()


def test_a_missing_column_is_a_drift(connection: Connection) -> None:
    upgrade(directory=str(FOLDER))
    connection.execution_options(**UNRECORDED)
    connection.exec_driver_sql("ALTER TABLE tracks DROP COLUMN force_reason")
    connection.commit()
    assert len(drift(connection)) == 1


def test_people_who_were_there_before_are_found_by_name(connection: Connection) -> None:
    upgrade(directory=str(FOLDER), revision="20261120_two_factor")
    connection.execution_options(**UNRECORDED)
    connection.exec_driver_sql(
        "INSERT INTO users (name, role, is_active, must_change_password, version, created_at,"
        " updated_at) VALUES ('Ágnes O''Neil', 'customer', 1, 0, 1, '2026-01-01', '2026-01-01')"
    )
    connection.commit()
    upgrade(directory=str(FOLDER))
    found = connection.exec_driver_sql("SELECT name_key, later_names FROM users").one()
    assert tuple(found) == ("agnes oneil", "oneil")


def test_what_was_approved_and_not_changed_since_is_kept_as_it_is(connection: Connection) -> None:
    upgrade(directory=str(FOLDER), revision="20261129_businesses")
    connection.execution_options(**UNRECORDED)
    named = "(slug, name, address, city_key, status, changed_at,"
    rules = "category, timezone, currency, slot_step_minutes, lead_minutes, horizon_days,"
    more = f"{rules} cancel_cutoff_minutes, auto_confirm, version, created_at, updated_at)"
    values = "'spa', 'UTC', 'EUR', 15, 0, 90, 0, 0, 1, '2026-01-01', '2026-01-01'"
    for slug, status, changed_at in (
        ("calm", "approved", "NULL"),
        ("moved", "approved", "'2026-01-02'"),
        ("new", "pending", "NULL"),
    ):
        connection.exec_driver_sql(
            f"INSERT INTO businesses {named} {more}"
            f" VALUES ('{slug}', 'Calm', 'Road 1', '', '{status}', {changed_at}, {values})"
        )
    connection.commit()
    upgrade(directory=str(FOLDER))
    columns = "approved_name, approved_address, approved_city, approved_category"
    found = connection.exec_driver_sql(f"SELECT slug, {columns} FROM businesses WHERE id > 1")
    assert {slug: tuple(kept) for slug, *kept in found} == {
        "calm": ("Calm", "Road 1", None, "spa"),
        "moved": (None, None, None, None),
        "new": (None, None, None, None),
    }


def test_what_was_announced_before_is_spread_if_it_waits_and_never_told_again(
    connection: Connection,
) -> None:
    upgrade(directory=str(FOLDER), revision="20261129_businesses")
    connection.execution_options(**UNRECORDED)
    for subject, sent_at in ((1, "NULL"), (2, "'2026-01-01'")):
        connection.exec_driver_sql(
            "INSERT INTO outbox (event, subject_id, says, channel, payload, created_at, due_at,"
            f" attempts, sent_at) VALUES ('order.placed', {subject}, 'created', 'console', '{{}}',"
            f" '2026-01-01', '2026-01-01', 0, {sent_at})"
        )
    connection.commit()
    upgrade(directory=str(FOLDER))
    found = connection.exec_driver_sql(
        "SELECT subject_id, channel, recipient_id, sent_at IS NULL FROM outbox ORDER BY id"
    )
    assert [tuple(row) for row in found] == [(1, "fan_out", 0, 1), (2, "fan_out", 0, 0)]
