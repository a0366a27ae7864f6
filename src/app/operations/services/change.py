"""Changing what is offered; what orders refer to is retired and never deleted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.database import db, unique
from app.errors import Conflict
from app.models import Service, ServiceResource, WorkerService
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.services.find import get_service
from app.operations.services.requirements import NAMES, with_requirement

EDITABLE = frozenset(
    {
        "name",
        "price",
        "description",
        "duration_minutes",
        "buffer_before_minutes",
        "buffer_after_minutes",
        "status",
        "category",
        *NAMES,
    }
)


def create_service(
    *,
    name: str,
    price: Decimal,
    duration_minutes: int | None = None,
    status: str = "active",
    category: str | None = None,
    required_license: str | None = None,
    required_level: int | None = None,
    actor: Actor,
) -> Service:
    """Let the house offer something new; raises Conflict when the name is taken (contract.md V8, L15)."""
    admins_only(actor)
    service = Service(
        name=name,
        price=price,
        duration_minutes=duration_minutes,
        status=status,
        category=category,
        required_license=required_license,
        required_level=required_level,
    )
    return add_service(service, actor=actor)


def add_service(service: Service, *, actor: Actor, **said: Any) -> Service:
    """Offer a new service of any business, which the caller has shown to be the actor's.

    Raises Conflict when the name is taken there, and Invalid for a license that it cannot require.
    """
    given = {name: value for name in NAMES if (value := getattr(service, name)) is not None}
    for name, value in with_requirement(Service(), given).items():
        setattr(service, name, value)
    db.session.add(service)
    _flush()
    record(actions.SERVICE_CREATED, service, actor=actor, **said)
    return service


def edit_service(service_id: int, *, changes: Mapping[str, Any], actor: Actor) -> Service:
    """Change the fields that are given; orders keep the price at which they were placed.

    Raises ServiceNotFound, Conflict when the name is taken (contract.md V8, L16), and Invalid for a
    license that it cannot require.
    """
    admins_only(actor)
    return change_service(get_service(service_id, actor=actor), changes, actor=actor)


def change_service(
    service: Service, changes: Mapping[str, Any], *, actor: Actor, **said: Any
) -> Service:
    """The same for a service of any business, which the caller has shown to be the actor's."""
    changes = with_requirement(service, changes)
    for name in EDITABLE & changes.keys():
        setattr(service, name, changes[name])
    if db.session.is_modified(service):
        _flush()
        record(actions.SERVICE_UPDATED, service, actor=actor, **said)
    return service


def retire_service(service_id: int, *, actor: Actor) -> Service | None:
    """Delete a service, or deactivate and return it when orders refer to it (contract.md L17)."""
    admins_only(actor)
    return withdraw_service(get_service(service_id, actor=actor), actor=actor)


def withdraw_service(service: Service, *, actor: Actor) -> Service | None:
    """The same for a service of any business, which the caller has shown to be the actor's.

    The foreign key decides, so an order that is placed at the same moment keeps its service.
    """
    try:
        with db.session.begin_nested():
            for table in (WorkerService, ServiceResource):
                db.session.execute(delete(table).where(table.service_id == service.id))
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
    with unique("uq_services_business_id_name", _name_taken()):
        db.session.flush()


def _name_taken() -> Conflict:
    problem = "Another service has this name."
    return Conflict(problem, details={"name": [problem]})
