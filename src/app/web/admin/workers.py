"""Workers: the list, and the forms that make and change one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields

from app.api.workers.schemas import CreateWorker
from app.errors import AppError
from app.http.access import actor
from app.http.credentials import passwords
from app.http.paging import take_window
from app.http.schemas import load
from app.operations.devices.lists import STATES, list_devices
from app.operations.workers import change, find
from app.web.admin.devices import with_state
from app.web.admin.given import given
from app.web.admin.lists import ROWS, ListExport, ListQuery, filters, sheet
from app.web.admin_access import admin_form, admin_page
from app.web.refused import shown_again

workers = Blueprint("admin_workers", __name__, url_prefix="/admin/workers")

LIST = "/admin/workers"


class WorkersQuery(ListQuery):
    """Whether only those who may scan."""

    active = fields.Boolean(load_default=None)


_QUERY = WorkersQuery()
_FORM = CreateWorker()


def _given() -> dict[str, Any]:
    return load(_FORM, given(clears=["email"]))


@workers.get("")
@admin_page
def list_some() -> ResponseReturnValue:
    """Workers, the newest first."""
    query = filters(_QUERY)
    window = take_window(query)
    found = find.list_some_workers(
        is_active=query["active"],
        after_id=window.after_id,
        limit=window.limit + 1,
        actor=actor(),
    )
    page = sheet(found, window, lambda one: one.id)
    return render_template("admin/workers.html", page=page)


def show_empty_form(refusal: AppError | None = None) -> str:
    """The form of a worker who is not here yet."""
    return render_template("admin/worker_new.html", filled=request.form, refusal=refusal)


def show_worker(refusal: AppError | None = None, *, worker_id: int) -> str:
    """One worker: the form, and the newest of their devices."""
    worker = find.get_worker(worker_id, actor=actor())
    devices = list_devices(
        states=STATES,
        worker_id=worker_id,
        after_id=None,
        limit=ROWS,
        at=g.received_at,
        actor=actor(),
    )
    return render_template(
        "admin/worker.html",
        worker=worker,
        devices=with_state(devices),
        filled=request.form if refusal else worker,
        refusal=refusal,
    )


@workers.get("/new")
@admin_page
def new() -> ResponseReturnValue:
    """The empty form."""
    return show_empty_form()


@workers.post("")
@admin_form
@shown_again(show_empty_form)
def create() -> ResponseReturnValue:
    """Make a worker, and show once the token of their first device."""
    made = change.create_worker(**_given(), passwords=passwords(), at=g.received_at, actor=actor())
    return render_template("admin/worker_made.html", worker=made.worker, token=made.token), 201


@workers.get("/<int:worker_id>")
@admin_page
def show(worker_id: int) -> ResponseReturnValue:
    """One worker."""
    return show_worker(worker_id=worker_id)


@workers.post("/<int:worker_id>")
@admin_form
@shown_again(show_worker)
def edit(worker_id: int) -> ResponseReturnValue:
    """Change a worker; a new PIN or password ends what was signed in with the old one."""
    changes: Any = _given()
    if changes["password"] is None:
        del changes["password"]
    change.update_worker(worker_id, changes, passwords=passwords(), at=g.received_at, actor=actor())
    return _back_to(worker_id, "The worker was saved.")


@workers.post("/<int:worker_id>/deactivate")
@admin_form
def deactivate(worker_id: int) -> ResponseReturnValue:
    """Refuse a worker and their devices from now on."""
    change.deactivate_worker(worker_id, at=g.received_at, actor=actor())
    return _back_to(worker_id, "The worker can no longer scan.")


@workers.post("/<int:worker_id>/reactivate")
@admin_form
def reactivate(worker_id: int) -> ResponseReturnValue:
    """Let a worker scan again."""
    change.update_worker(
        worker_id, {"is_active": True}, passwords=passwords(), at=g.received_at, actor=actor()
    )
    return _back_to(worker_id, "The worker can scan again.")


def _back_to(worker_id: int, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(f"{LIST}/{worker_id}", 303)


EXPORT = ListExport(
    schema=_QUERY,
    columns={
        "Number": lambda one: one.id,
        "Name": lambda one: one.name,
        "E-mail": lambda one: one.email,
        "Can log in": lambda one: one.password_hash is not None,
        "Active": lambda one: one.is_active,
        "Since": lambda one: one.created_at,
    },
    read=lambda query, after_id, limit: find.list_some_workers(
        is_active=query["active"], after_id=after_id, limit=limit, actor=actor()
    ),
    told=frozenset({"active"}),
)
