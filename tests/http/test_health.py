"""Load balancers and people ask whether it runs (contract.md L23)."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.http.application import Application
from app.operations.health import revisions
from tests.applications import make_application
from tests.rows import writing

MIGRATIONS = Path(__file__).parents[2] / "migrations"


@pytest.fixture
def broken(environment: dict[str, str], tmp_path: Path) -> FlaskClient:
    """A client of a server whose database cannot be opened."""
    nowhere = tmp_path / "missing" / "handover.db"
    return make_application(environment | {"DATABASE_URL": f"sqlite:///{nowhere}"}).test_client()


@pytest.fixture
def without_redis(make_app) -> FlaskClient:
    """A client of a server whose Redis does not run: nothing listens on port 1."""
    app = make_app(REDIS_URL="redis://127.0.0.1:1/0", RATELIMIT_ENABLED="true")
    return app.test_client()


def move_to(revision: str) -> None:
    with writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})


@pytest.mark.parametrize("path", ["/health", "/health/", "/healthz", "/healthz/"])
def test_a_sound_server_says_so(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert {"status": "ok", "db": "ok"}.items() <= answer.json.items()


def test_health_has_the_declared_keys_and_no_more(client: FlaskClient) -> None:
    assert client.get("/health").json == {"status": "ok", "db": "ok"}


def test_ping_answers_without_a_database(broken: FlaskClient) -> None:
    answer = broken.get("/ping")
    assert (answer.status_code, answer.json) == (200, {"message": "pong"})


@pytest.mark.parametrize("path", ["/health", "/healthz", "/readyz"])
def test_a_silent_database_is_503_without_its_words(broken: FlaskClient, path: str) -> None:
    answer = broken.get(path)
    assert answer.status_code == 503
    assert answer.json == {"status": "error", "db": "error"}


def test_a_server_at_the_head_revision_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert {"status": "ok", "db": "ok", "migrations": "ok"}.items() <= answer.json.items()


def test_a_server_with_old_tables_is_not_ready(client: FlaskClient, app: Application) -> None:
    move_to("20000101_older")
    try:
        answer = client.get("/readyz")
        healthy = client.get("/health")
    finally:
        move_to(str(revisions.get_head(MIGRATIONS)))
    assert answer.status_code == 503
    assert answer.json["migrations"] == "not at head"
    assert healthy.status_code == 200


def test_a_database_without_tables_is_not_ready(
    environment: dict[str, str], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    empty = make_application(environment | {"DATABASE_URL": url})
    assert empty.test_client().get("/readyz").status_code == 503


def test_without_redis_limits_are_kept_in_memory(make_app) -> None:
    client = make_app(REDIS_URL="").test_client()
    assert client.get("/healthz").json["limits"] == "memory"
    assert client.get("/readyz").json["redis"] == "off"


def test_a_redis_outage_only_degrades(without_redis: FlaskClient) -> None:
    assert without_redis.get("/healthz").json["limits"] == "redis down: kept in memory"
    answer = without_redis.get("/readyz")
    assert (answer.status_code, answer.json["redis"]) == (200, "down")
