"""The stage of every test: one migrated database for each test process, emptied after each test."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pymysql
import pytest
import redis
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from sqlalchemy import select
from sqlalchemy.engine import make_url

from app import create_app, database
from app.config import Settings
from app.http import limits
from app.http.application import Application
from app.models import HOUSE, Base, Business, Device
from app.operations.devices import shared
from tests import factories, ledger
from tests.applications import LoneClient, close_database, close_databases, make_application
from tests.rows import writing

pytest_plugins = ["tests.web.browser"]
settings.register_profile(
    "untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")

SECRETS = {
    "SECRET_KEY": "secret-of-the-tests-and-of-nothing-else-1",
    "JWT_SECRET_KEY": "secret-of-the-tests-and-of-nothing-else-2",
    "SIGNING_SECRET": "secret-of-the-tests-and-of-nothing-else-3",
}
QUICK_HASHES = {"ARGON2_TIME_COST": "1", "ARGON2_MEMORY_KIB": "128"}
SAME_ON_EVERY_DATABASE = (
    "bench/test_data.py",  # on SQLite, whatever the suite runs on
    "bench/test_figures.py",
    "bench/test_load.py",
    "bench/test_pages.py",  # the same
    "bench/test_results.py",
    "contract/test_served.py",
    "deploy/test_agreement.py",
    "deploy/test_contract.py",  # on SQLite; the drills go through nginx to MariaDB
    "deploy/test_linted.py",
    "deploy/test_refusals.py",
    "deploy/test_site.py",
    "drill",
    "journeys/test_readme.py",  # on SQLite, as the README has it
    "rules/test_booking_map.py",
    "rules/test_scripts.py",
    "rules/test_settings.py",
    "support",
    "test_config.py",
    "web/test_charts.py",
    "web/test_vendored.py",
    "web/test_words.py",
)
"""Here nothing but a test that asks for a database is run on each of them."""
DECIDED_WITHOUT_A_DATABASE = (
    "contract/test_cross_origin.py",
    "contract/test_paths.py",
    "contract/test_schemathesis.py",
    "holes/test_paths.py",
    "rules/test_access.py",  # a database is asked the same of everybody
    "rules/test_errors_are_one_shape.py",
    "web/attacks",
    "web/scanner",  # the browser's own store, and what it sends: faults/ has what then is stored
)
"""Here a test uses one, and says nothing of it: any will do."""

DAY_SECONDS = 86_400
NIGHTFALL_SECONDS = 20
LASTING = {Device.__table__: shared.SHARED_DEVICE.id, Business.__table__: HOUSE}
"""The rows that the migrations make: the device that old programs share, and the house."""
AS_MADE: dict[Any, dict[str, Any]] = {}
"""Those rows: no test's ledger survives, so neither may what it tells."""


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark what would be run twice for nothing; begin with what takes long, so that nobody waits
    for it in the end."""
    here = Path(__file__).parent
    for item in items:
        name = item.path.relative_to(here).as_posix()
        has_database = "database_url" in getattr(item, "fixturenames", ())
        is_same = name.startswith(SAME_ON_EVERY_DATABASE) and not has_database
        if is_same or name.startswith(DECIDED_WITHOUT_A_DATABASE):
            item.add_marker("once")
    yield
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


def make_environment(database_url: str, **more: str) -> dict[str, str]:
    """The environment of an application under test; limits are off unless a test wants them."""
    environment = {
        "APP_ENV": "test",
        "DATABASE_URL": database_url,
        "RATELIMIT_ENABLED": "false",
        "LOG_LEVEL": "WARNING",
        "PUBLIC_URL": "http://handover.test",
        **SECRETS,
        **QUICK_HASHES,
    }
    if redis_url := own_redis():
        environment["REDIS_URL"] = redis_url
    return environment | more


def own_redis() -> str | None:
    """The Redis database of this test process: the given one, or one below for each neighbour."""
    base = os.environ.get("HANDOVER_TEST_REDIS_URL")
    if not base:
        return None
    server, _, number = base.rpartition("/")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return f"{server}/{(int(number or 0) - int(worker)) % 16}"


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """An empty database of this test process's own."""
    base = os.environ.get("HANDOVER_TEST_DATABASE_URL")
    if not base:
        return f"sqlite:///{tmp_path_factory.mktemp('database')}/handover.db"
    name = os.environ.get("HANDOVER_TEST_NAME", "")
    return fresh_mariadb(base, f"handover_test_{name}{worker_id}")


def fresh_mariadb(base: str, name: str) -> str:
    """Make an empty database beside the given one and return its URL."""
    url = make_url(base)
    connection = pymysql.connect(
        host=url.host, port=url.port or 3306, user=url.username, password=url.password or ""
    )
    with connection, connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")
        cursor.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
    return url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def environment(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return make_environment(database_url, INSTANCE_PATH=str(tmp_path_factory.mktemp("instance")))


@pytest.fixture(scope="session")
def migrated_app(environment: dict[str, str]) -> Iterator[Application]:
    app = create_app(Settings.load(environment))
    app.testing = True
    app.test_client_class = LoneClient
    if (file := database.sqlite_file(app.settings)) is not None:
        file.touch(mode=0o600)
    with app.app_context():
        upgrade(directory=str(Path(__file__).parents[1] / "migrations"))
        AS_MADE.update({table: lasting_row(table) for table in LASTING})
    yield app
    close_database(app)


@pytest.fixture(autouse=True)
def _one_day() -> None:
    """What a test asks of today is asked of one day: none begins in the last seconds of a day."""
    left = DAY_SECONDS - time.time() % DAY_SECONDS
    if left < NIGHTFALL_SECONDS:
        time.sleep(left)


@pytest.fixture(autouse=True)
def close_other_databases() -> Iterator[None]:
    yield
    close_databases()


@pytest.fixture
def app(migrated_app: Application) -> Iterator[Application]:
    """The application with an empty database; its context is pushed for operations."""
    with migrated_app.app_context():
        yield migrated_app
        database.db.session.remove()
    (migrated_app.settings.instance_path / "audit-checkpoint").unlink(missing_ok=True)
    with migrated_app.app_context():
        told = ledger.told_of_people()
        empty_database()
    assert told == [], "the ledger's data tells who somebody is"
    if redis_url := own_redis():
        with redis.Redis.from_url(redis_url) as counters:
            counters.flushdb()


def empty_database() -> None:
    """Delete every row but the lasting ones, children first; full tables only, to be quick.

    The lasting rows become what they were.
    """
    tables, question = _which_tables_have_rows()
    with writing() as session:
        for table, made in AS_MADE.items():
            if lasting_row(table) != made:
                is_lasting = table.c.id == LASTING[table]
                session.execute(table.update().where(is_lasting).values(made))
        answers = session.connection().exec_driver_sql(question).one()
        for table, has_rows in zip(tables, answers, strict=True):
            if has_rows:
                kept = LASTING.get(table)
                session.execute(
                    table.delete() if kept is None else table.delete().where(table.c.id != kept)
                )


@cache
def _which_tables_have_rows() -> tuple[list[Any], str]:
    """Every table, children first, and the text that asks each; built once: every test asks it."""
    tables = list(reversed(Base.metadata.sorted_tables))
    return tables, "SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {table.name})" for table in tables)


def lasting_row(table: Any) -> dict[str, Any]:
    """A row that the migrations made, as it is now."""
    row = database.db.session.execute(select(table).where(table.c.id == LASTING[table])).one()
    return dict(row._mapping)


@pytest.fixture
def make_app(environment: dict[str, str], app: Application, monkeypatch: pytest.MonkeyPatch):
    """Other applications over the same database, with other settings.

    On a slow machine their counters stay in Redis, and a first wait lasts until it is asked about.
    """
    monkeypatch.setattr(limits, "REDIS_PATIENCE_SECONDS", 10)
    monkeypatch.setattr(limits, "FIRST_DELAY_SECONDS", 60)

    def make(**more: str) -> Application:
        return make_application({**environment, **more})

    return make


@pytest.fixture
def client(app: Application) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def admin(app: Application) -> FlaskClient:
    """A client with an admin's session cookie."""
    return factories.sign_in_admin(app)


@pytest.fixture
def customer(app: Application) -> factories.Customer:
    """A customer with an access token."""
    return factories.sign_up(app, "ada@example.com", name="Ada")


@pytest.fixture
def device(app: Application) -> factories.DeviceHandle:
    """An enrolled device, bound to no worker."""
    return factories.device(name="Counter 1", station="COUNTER")
