"""Who works in a business: shown to everybody, hired and dismissed by those who run it."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify

from app.api.auth.schemas import MessageView
from app.api.businesses.routes import OWNERS, READERS, area
from app.api.businesses.worker_schemas import (
    AbleColleagueView,
    ChangeEmployed,
    EmployedView,
    Hire,
    HiredView,
    InvitationView,
    SetAbilities,
)
from app.http.access import actor, allow
from app.http.credentials import passwords
from app.operations.businesses import joining, workers
from app.operations.businesses.workers import Employed

STAFF, PUBLIC = EmployedView(), AbleColleagueView()


@area.route("/businesses/<string:slug>/workers")
@allow(*READERS)
@area.response(200, AbleColleagueView(many=True))
def list_workers(slug: str) -> Response:
    """List who works in a business; a service that names nobody can be done by each."""
    found = workers.show_workers(slug, everybody=False, actor=actor())
    return jsonify([_shape(PUBLIC, one) for one in found])


@area.route("/businesses/<string:slug>/staff")
@allow(*OWNERS)
@area.response(200, EmployedView(many=True))
def list_staff(slug: str) -> Response:
    """List everybody who works or worked in one's business, with their contact data."""
    found = workers.show_workers(slug, everybody=True, actor=actor())
    return jsonify([_shape(STAFF, one) for one in found])


@area.route("/businesses/<string:slug>/workers", methods=["POST"])
@allow(*OWNERS)
@area.arguments(Hire)
@area.response(201, HiredView)
def hire_worker(body: dict[str, Any], slug: str) -> tuple[Response, int]:
    """Take a worker on, with the token of a first device; only the owner makes managers."""
    password = body.pop("password")
    made = workers.hire_worker(
        slug, body, password=password, passwords=passwords(), at=g.received_at, actor=actor()
    )
    employed = _shape(STAFF, Employed(made.worker, ()))
    return jsonify({**employed, "worker_token": made.token}), 201


@area.route("/businesses/<string:slug>/workers/<int:worker_id>", methods=["PATCH"])
@allow(*OWNERS)
@area.arguments(ChangeEmployed)
@area.response(200, EmployedView)
def change_worker(body: dict[str, Any], slug: str, worker_id: int) -> Response:
    """Change a worker; a new password ends their logins."""
    employed = workers.update_worker_of(
        slug,
        worker_id,
        body,
        password=body.pop("password", None),
        passwords=passwords(),
        at=g.received_at,
        actor=actor(),
    )
    return jsonify(_shape(STAFF, employed))


@area.route("/businesses/<string:slug>/workers/<int:worker_id>", methods=["DELETE"])
@allow(*OWNERS)
@area.response(200, MessageView)
@area.alt_response(409, response="Refusal409")
def dismiss_worker(slug: str, worker_id: int) -> dict[str, str]:
    """Deactivate a worker, unless they have appointments to come, which the refusal names."""
    workers.dismiss_worker(slug, worker_id, at=g.received_at, actor=actor())
    return {"message": "Worker deactivated"}


@area.route("/businesses/<string:slug>/workers/<int:worker_id>/services", methods=["PUT"])
@allow(*OWNERS)
@area.arguments(SetAbilities)
@area.response(200, EmployedView)
def set_services(body: dict[str, Any], slug: str, worker_id: int) -> Response:
    """Say which services name a worker, all at once."""
    employed = workers.set_abilities(
        slug, worker_id, body["service_ids"], at=g.received_at, actor=actor()
    )
    return jsonify(_shape(STAFF, employed))


@area.route("/businesses/<string:slug>/workers/<int:worker_id>/invitation", methods=["POST"])
@allow(*OWNERS)
@area.response(201, InvitationView)
@area.alt_response(409, response="Refusal409")
def invite_worker(slug: str, worker_id: int) -> dict[str, Any]:
    """Make the code with which a worker links an account; whoever holds it can, once."""
    made = joining.invite_worker(slug, worker_id, at=g.received_at, actor=actor())
    return {"worker_id": made.worker.id, "code": made.code, "expires_at": made.expires_at}


def _shape(view: AbleColleagueView, employed: Employed) -> dict[str, Any]:
    worker = employed.worker
    told: dict[str, Any] = view.dump(worker)
    told["service_ids"] = list(employed.service_ids)
    if isinstance(view, EmployedView):
        told["has_account"] = worker.user_id is not None
        told["has_password"] = worker.password_hash is not None
    return told
