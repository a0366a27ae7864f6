"""The old list of services (contract.md L1)."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.http.access import public
from app.legacy import successors
from app.legacy.service_shapes import service_shape
from app.legacy.successors import succeeded_by
from app.operations.services.find import list_used_services

services = Blueprint("legacy_services", __name__)
services.after_request(successors.announce)


@services.get("/api/services")
@succeeded_by("/api/v1/services")
@public
def list_active() -> ResponseReturnValue:
    """L1: the active services."""
    return jsonify([service_shape(*used) for used in list_used_services(active_only=True)])
