"""The stage of every test: one migrated database for each test process, emptied after each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymysql
import pytest
import redis
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import exists, literal, select
from sqlalchemy.engine import make_url

from app import create_app, database
from app.config import Settings
from app.http.application import Application
from app.models import Base, Device
from app.operations.devices import shared
from tests import factories, ledger
from tests.applications import LoneClient, close_database, close_databases, make_application
from tests.rows import writing

pytest_plugins = ["tests.web.browser"]

SECRETS = {
    "SECRET_KEY": "secret-of-the-tests-and-of-nothing-else-1",
    "JWT_SECRET_KEY": "secret-of-the-tests-and-of-nothing-else-2",
    "SIGNING_SECRET": "secret-of-the-tests-and-of-nothing-else-3",
}
QUICK_HASHES = {"ARGON2_TIME_COST": "1", "ARGON2_MEMORY_KIB": "128"}
SHARED_DEVICE: dict[str, Any] = {}
"""Its row as the migration makes it: no test's ledger survives, so neither may what it tells."""
IS_SHARED = Device.__table__.c.id == shared.SHARED_DEVICE.id


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
        SHARED_DEVICE.update(shared_device())
    yield app
    close_database(app)


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
    """Delete every row but the shared device, children first; full tables only, to be quick.

    The shared device becomes what it was.
    """
    tables = list(reversed(Base.metadata.sorted_tables))
    with writing() as session:
        questions = [select(exists(select(literal(1)).select_from(table))) for table in tables]
        (answers,) = session.execute(select(*[one.scalar_subquery() for one in questions]))
        for table, has_rows in zip(tables, answers, strict=True):
            if has_rows:
                is_left = table is Device.__table__
                session.execute(table.delete().where(~IS_SHARED) if is_left else table.delete())
        if shared_device() != SHARED_DEVICE:
            session.execute(Device.__table__.update().where(IS_SHARED).values(SHARED_DEVICE))


def shared_device() -> dict[str, Any]:
    """The row of the device that the old programs share."""
    row = database.db.session.execute(select(Device.__table__).where(IS_SHARED)).one()
    return dict(row._mapping)


@pytest.fixture
def make_app(environment: dict[str, str], app: Application):
    """Other applications over the same database, with other settings."""

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
