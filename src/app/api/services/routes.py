"""The routes of the services area (contract.md 3, V6 and V8)."""

from __future__ import annotations

from typing import Any

from app.api.services.schemas import AddService, EditService, RetiredView, ServiceView
from app.http.access import actor, allow, public
from app.http.areas import Area
from app.http.paging import PageQuery, page_headers
from app.models import Service
from app.operations.actors import NOBODY, Role
from app.operations.services import change, find

area = Area("services", __name__, description="What the business offers")


@area.route("/services")
@public
@area.arguments(PageQuery, location="query")
@area.response(200, ServiceView(many=True))
def list_services(query: dict[str, int]) -> tuple[Any, dict[str, str]]:
    """List the active services."""
    services, total = find.list_services(**query)
    return services, page_headers(total=total, **query)


@area.route("/services/<int:service_id>")
@public
@area.response(200, ServiceView)
def show_service(service_id: int) -> Service:
    """Show an active service."""
    return find.get_service(service_id, actor=NOBODY)


@area.route("/services", methods=["POST"])
@allow(Role.ADMIN)
@area.arguments(AddService)
@area.response(201, ServiceView)
def add_service(body: dict[str, Any]) -> tuple[Service, dict[str, str]]:
    """Offer a new service."""
    service = change.create_service(**body, actor=actor())
    return service, {"Location": f"/api/v1/services/{service.id}"}


@area.route("/services/<int:service_id>", methods=["PUT"])
@allow(Role.ADMIN)
@area.arguments(EditService)
@area.response(200, ServiceView)
def edit_service(body: dict[str, Any], service_id: int) -> Service:
    """Change the given fields of a service."""
    return change.edit_service(service_id, changes=body, actor=actor())


@area.route("/services/<int:service_id>", methods=["DELETE"])
@allow(Role.ADMIN)
@area.response(200, RetiredView)
def retire_service(service_id: int) -> dict[str, Any]:
    """Delete a service; one that orders refer to is deactivated instead."""
    retired = change.retire_service(service_id, actor=actor())
    return {"message": "Deactivated" if retired else "Deleted", "deactivated": retired is not None}
