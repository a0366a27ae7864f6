"""What load balancers and people ask: does it run, and does its database answer (contract.md L23)."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, current_app
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from app import database
from app.http.access import public
from app.http.limits import limits
from app.operations.health import revisions

health = Blueprint("health", __name__)

HEAD = "handover_head_revision"


@health.record_once
def _note_head(state: BlueprintSetupState) -> None:
    migrations = Path(state.app.extensions["migrate"].directory)
    state.app.extensions[HEAD] = revisions.get_head(migrations)


@health.get("/health")
@public
def show_health() -> ResponseReturnValue:
    """Whether the database answers."""
    if not _database_answers():
        return {"status": "error", "db": "error"}, 503
    return {"status": "ok", "db": "ok"}


@health.get("/healthz")
@public
def show_health_and_limits() -> ResponseReturnValue:
    """The same, and where limits are counted."""
    if not _database_answers():
        return {"status": "error", "db": "error"}, 503
    return {"status": "ok", "db": "ok", "limits": _limits_state()}


@health.get("/ping")
@public
def ping() -> ResponseReturnValue:
    """That the process runs; nothing else is asked."""
    return {"message": "pong"}


@health.get("/readyz")
@public
def show_readiness() -> ResponseReturnValue:
    """Whether requests may be sent here: the tables are those of this code.

    Redis only degrades: without it limits are counted in memory.
    """
    if not _database_answers():
        return {"status": "error", "db": "error"}, 503
    redis = {"memory": "off", "redis": "ok"}.get(_limits_state(), "down")
    if revisions.find_revision() != current_app.extensions[HEAD]:
        return {"status": "error", "db": "ok", "migrations": "not at head", "redis": redis}, 503
    return {"status": "ok", "db": "ok", "migrations": "ok", "redis": redis}


def _database_answers() -> bool:
    # Asked twice: the first connection may have died in the pool with the database's last start.
    return database.answers() or database.answers()


def _limits_state() -> str:
    counters = limits()
    if counters.redis is None:
        return "memory"
    return "redis" if counters.answers() else "redis down: kept in memory"
