"""Workers as the admin's old pages manage them (contract.md L22b)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, jsonify
from flask.typing import ResponseReturnValue
from marshmallow import pre_load

from app.api.workers.schemas import CreateWorker, UpdateWorker, WorkerView
from app.errors import Invalid
from app.http.access import actor, allow
from app.http.bodies import json_object
from app.http.credentials import passwords
from app.http.schemas import Schema, load
from app.legacy.spellings import OldSpellings
from app.models import Worker
from app.operations.actors import Role
from app.operations.workers import change, find

admin_workers = Blueprint("legacy_admin_workers", __name__, url_prefix="/admin/api/workers")


class _OldWorker(Schema):
    @pre_load
    def drop_blanks(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Old forms send the fields that were left empty."""
        return {name: value for name, value in body.items() if value != ""}


class AddOldWorker(_OldWorker, CreateWorker):
    """CreateWorker from a form."""


class EditOldWorker(_OldWorker, OldSpellings, UpdateWorker):
    """UpdateWorker from a form, in both spellings."""

    others = {"is_active": "isActive"}  # noqa: RUF012


_ADD = AddOldWorker()
_EDIT = EditOldWorker()
_VIEW = WorkerView()


@admin_workers.get("")
@allow(Role.ADMIN)
def list_all() -> ResponseReturnValue:
    """L22b: every worker."""
    return jsonify([_shape(worker) for worker in find.list_workers(actor=actor())])


@admin_workers.get("/<int:worker_id>")
@allow(Role.ADMIN)
def show(worker_id: int) -> ResponseReturnValue:
    """L22b: one worker."""
    return _shape(find.get_worker(worker_id, actor=actor()))


@admin_workers.post("")
@allow(Role.ADMIN)
def add() -> ResponseReturnValue:
    """L22b: make a worker, with the token of a first device, shown once."""
    body = json_object()
    if not body.get("name"):
        raise Invalid("Missing fields")
    made = change.create_worker(
        **load(_ADD, body), passwords=passwords(), at=g.received_at, actor=actor()
    )
    shown_once = {"token": made.token, "worker_token": made.token}
    return {"message": "Created", **_shape(made.worker), **shown_once}, 201


@admin_workers.put("/<int:worker_id>")
@allow(Role.ADMIN)
def edit(worker_id: int) -> ResponseReturnValue:
    """L22b: change the given fields."""
    changes: Any = load(_EDIT, json_object())
    worker = change.update_worker(
        worker_id, changes, passwords=passwords(), at=g.received_at, actor=actor()
    )
    return {"message": "Updated", **_shape(worker)}


@admin_workers.delete("/<int:worker_id>")
@allow(Role.ADMIN)
def delete(worker_id: int) -> ResponseReturnValue:
    """L22b: deactivate; scans stay."""
    change.deactivate_worker(worker_id, at=g.received_at, actor=actor())
    return {"message": "Worker deleted"}


def _shape(worker: Worker) -> dict[str, Any]:
    """The old Worker."""
    shape: dict[str, Any] = _VIEW.dump(worker)
    return shape | {"createdAt": shape["created_at"]}
