"""The routes of the workers area (contract.md 3, V19 and V20)."""

from __future__ import annotations

from typing import Any

from flask import g, jsonify

from app.api.auth.schemas import MessageView
from app.api.workers.schemas import (
    CreateWorker,
    LogInWorker,
    NewWorkerView,
    UpdateWorker,
    WorkerSignedInView,
    WorkerView,
)
from app.http.access import actor, allow, public
from app.http.areas import Area
from app.http.credentials import passwords, pin_guesses
from app.http.limits import limited
from app.http.paging import PageQuery, page_headers
from app.operations.actors import Role
from app.operations.workers import change, find, login
from app.operations.workers.change import WorkerChanges

area = Area("workers", __name__, description="The people who scan.", prefix="/workers")

WORKER = WorkerView()


@area.route("", methods=["POST"])
@area.route("/register", methods=["POST"], endpoint="register_worker")
@allow(Role.ADMIN)
@area.arguments(CreateWorker)
@area.response(201, NewWorkerView)
def create_worker(body: dict[str, Any]) -> Any:
    """Make a worker, with the token of a first device."""
    made = change.create_worker(**body, passwords=passwords(), at=g.received_at, actor=actor())
    shown_once = {"token": made.token, "worker_token": made.token}
    return jsonify({**WORKER.dump(made.worker), **shown_once}), 201


@area.route("", methods=["GET"])
@allow(Role.ADMIN)
@area.arguments(PageQuery, location="query")
@area.response(200, WorkerView(many=True))
def list_workers(query: dict[str, int]) -> Any:
    """List all workers in pages."""
    rows, total = find.page_workers(**query, actor=actor())
    return rows, page_headers(**query, total=total)


@area.route("/<int:worker_id>", methods=["GET"])
@allow(Role.ADMIN)
@area.response(200, WorkerView)
def show_worker(worker_id: int) -> Any:
    """Show a worker."""
    return find.get_worker(worker_id, actor=actor())


@area.route("/<int:worker_id>", methods=["PUT"])
@allow(Role.ADMIN)
@area.arguments(UpdateWorker)
@area.response(200, WorkerView)
@area.alt_response(409, response="Refusal409")
def update_worker(body: WorkerChanges, worker_id: int) -> Any:
    """Change a worker; what is absent stays, and a new password ends their logins."""
    return change.update_worker(
        worker_id, body, passwords=passwords(), at=g.received_at, actor=actor()
    )


@area.route("/<int:worker_id>", methods=["DELETE"])
@allow(Role.ADMIN)
@area.response(200, MessageView)
@area.alt_response(409, response="Refusal409")
def deactivate_worker(worker_id: int) -> Any:
    """Deactivate a worker without appointments to come; their tokens are refused, their scans stay."""
    change.deactivate_worker(worker_id, at=g.received_at, actor=actor())
    return {"message": "Worker deleted"}


@area.route("/login", methods=["POST"])
@limited("auth")
@public
@area.arguments(LogInWorker)
@area.response(200, WorkerSignedInView)
@area.alt_response(401, response="Refusal401")
def log_in_worker(body: dict[str, Any]) -> Any:
    """Sign a worker in on a device of its own; their other devices stay signed in."""
    with pin_guesses(worker_id=body["worker_id"], email=body["email"]):
        return login.log_in_worker(**body, passwords=passwords(), at=g.received_at)
