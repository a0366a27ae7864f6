"""Changing what is offered; what orders refer to is retired and never deleted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.database import db, unique
from app.errors import Conflict
from app.models import Service
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.services.find import get_service

EDITABLE = frozenset({"name", "price", "duration_minutes", "status", "category"})


def create_service(
    *,
    name: str,
    price: Decimal,
    duration_minutes: int | None = None,
    status: str = "active",
    category: str | None = None,
    actor: Actor,
) -> Service:
    """Offer something new; raises Conflict when the name is taken (contract.md V8, L15)."""
    admins_only(actor)
    service = Service(
        name=name,
        price=price,
        duration_minutes=duration_minutes,
        status=status,
        category=category,
    )
    db.session.add(service)
    _flush()
    record(actions.SERVICE_CREATED, service, actor=actor)
    return service


def edit_service(service_id: int, *, changes: Mapping[str, Any], actor: Actor) -> Service:
    """Change the fields that are given; orders keep the price at which they were placed.

    Raises ServiceNotFound, and Conflict when the name is taken (contract.md V8, L16).
    """
    admins_only(actor)
    service = get_service(service_id, actor=actor)
    for name in EDITABLE & changes.keys():
        setattr(service, name, changes[name])
    if db.session.is_modified(service):
        _flush()
        record(actions.SERVICE_UPDATED, service, actor=actor)
    return service


def retire_service(service_id: int, *, actor: Actor) -> Service | None:
    """Delete a service, or deactivate and return it when orders refer to it (contract.md L17).

    The foreign key decides, so an order that is placed at the same moment keeps its service.
    """
    admins_only(actor)
    service = get_service(service_id, actor=actor)
    try:
        with db.session.begin_nested():
            db.session.delete(service)
            db.session.flush()
    except IntegrityError:
        if service.status != "inactive":
            service.status = "inactive"
            record(actions.SERVICE_RETIRED, service, actor=actor, deleted=False)
        return service
    record(actions.SERVICE_RETIRED, service, actor=actor, deleted=True)
    return None


def _flush() -> None:
    with unique("uq_services_name", _name_taken()):
        db.session.flush()


def _name_taken() -> Conflict:
    problem = "Another service has this name."
    return Conflict(problem, details={"name": [problem]})
