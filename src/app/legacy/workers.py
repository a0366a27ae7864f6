"""A worker's login under its old name (contract.md L25)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from app.api.workers.schemas import LogInWorker, WorkerNameView
from app.errors import Invalid
from app.http.access import public
from app.http.bodies import json_object
from app.http.credentials import passwords, pin_guesses
from app.http.limits import limited
from app.http.schemas import load
from app.legacy import successors
from app.legacy.successors import succeeded_by
from app.operations.workers import login

workers = Blueprint("legacy_workers", __name__, url_prefix="/employee")
workers.after_request(successors.announce)

_LOG_IN = LogInWorker(only=("email", "password"))
_WORKER = WorkerNameView()


@workers.post("/login")
@succeeded_by("/api/v1/workers/login")
@limited("auth")
@public
def log_in() -> ResponseReturnValue:
    """L25: sign a worker in on a device of its own."""
    body: dict[str, Any] = json_object()
    if not body.get("email") or not body.get("password"):
        raise Invalid("Missing fields")
    given = load(_LOG_IN, body)
    with pin_guesses(email=given["email"]):
        signed_in = login.log_in_worker(
            worker_id=None, **given, passwords=passwords(), at=g.received_at
        )
    return {"token": signed_in.token, "worker": _WORKER.dump(signed_in.worker)}
