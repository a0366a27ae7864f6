"""Services as the admin's old pages manage them (contract.md L14 to L17)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.http.access import actor, allow
from app.http.bodies import json_object
from app.http.schemas import load
from app.legacy.service_shapes import AddOldService, EditOldService, service_shape
from app.models import Service
from app.operations.actors import Role
from app.operations.services import change, find

admin_services = Blueprint("legacy_admin_services", __name__, url_prefix="/admin/api/services")

_ADD = AddOldService()
_EDIT = EditOldService()


@admin_services.get("")
@allow(Role.ADMIN)
def list_all() -> ResponseReturnValue:
    """L14: the services of every status."""
    return jsonify([service_shape(*used) for used in find.list_used_services(active_only=False)])


@admin_services.post("")
@allow(Role.ADMIN)
def add() -> ResponseReturnValue:
    """L15: offer something new."""
    service = change.create_service(**load(_ADD, json_object()), actor=actor())
    return _said("Created", service), 201


@admin_services.put("/<int:service_id>")
@allow(Role.ADMIN)
def edit(service_id: int) -> ResponseReturnValue:
    """L16: change the given fields."""
    changes = load(_EDIT, json_object())
    return _said("Updated", change.edit_service(service_id, changes=changes, actor=actor()))


@admin_services.delete("/<int:service_id>")
@allow(Role.ADMIN)
def retire(service_id: int) -> ResponseReturnValue:
    """L17: delete a service, or say that it was deactivated because orders refer to it."""
    retired = change.retire_service(service_id, actor=actor())
    return {"message": "Deleted"} if retired is None else _said("Deactivated", retired)


def _said(message: str, service: Service) -> dict[str, Any]:
    return {"message": message, **service_shape(service, find.count_uses(service))}
