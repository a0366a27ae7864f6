"""The stage of the rules about plans: one crowded shop for each test process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask_migrate import upgrade

from app import create_app, database
from app.config import Settings
from tests import crowd
from tests.applications import LoneClient, close_database
from tests.conftest import fresh_mariadb, make_environment
from tests.crowd import Crowd

LONG_ENOUGH_MINUTES = 24 * 60  # its people sign in once, for as long as the tests take
FOLDER = Path(__file__).resolve().parents[2] / "migrations"


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Crowd]:
    """A database of its own, with thousands of rows; tests only add to it."""
    folder = tmp_path_factory.mktemp("plans")
    if base := os.environ.get("HANDOVER_TEST_DATABASE_URL"):
        name = os.environ.get("HANDOVER_TEST_NAME", "")
        url = fresh_mariadb(base, f"handover_test_{name}{worker_id}_plans")
    else:
        (folder / "handover.db").touch(mode=0o600)
        url = f"sqlite:///{folder}/handover.db"
    settings = {"INSTANCE_PATH": str(folder), "JWT_ACCESS_MIN": str(LONG_ENOUGH_MINUTES)}
    app = create_app(Settings.load(make_environment(url, **settings)))
    app.testing = True
    app.test_client_class = LoneClient
    with app.app_context():
        upgrade(directory=str(FOLDER))
        yield crowd.gather(app)
        database.db.session.remove()
    close_database(app)
