"""Reading the house's services: what is on offer, and how often each was ordered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, func, or_, select

from app.database import db
from app.errors import ServiceNotFound
from app.models import HOUSE, Order, OrderLine, Service
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only

_OF_THE_HOUSE = select(Service).where(Service.business_id == HOUSE)
_USES = select(func.count()).where(OrderLine.service_id == Service.id).scalar_subquery()


def list_services(*, page: int, per_page: int) -> tuple[Sequence[Service], int]:
    """One page of the active services by id, and how many there are in all."""
    active = _OF_THE_HOUSE.where(Service.status == "active")
    total = db.session.scalar(select(func.count()).select_from(active.subquery())) or 0
    rows = active.order_by(Service.id).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(rows).all(), total


def list_used_services(*, active_only: bool) -> list[tuple[Service, int]]:
    """Every service by id, with the number of order lines that name it (contract.md 4)."""
    statement = _OF_THE_HOUSE.add_columns(_USES).order_by(Service.id)
    if active_only:
        statement = statement.where(Service.status == "active")
    return [(service, uses) for service, uses in db.session.execute(statement)]


def get_service(service_id: int, *, actor: Actor) -> Service:
    """One service; an inactive one is for admins only. Raises ServiceNotFound."""
    service = db.session.get(Service, service_id)
    if service is None or service.business_id != HOUSE:
        raise ServiceNotFound
    if service.status != "active" and not actor.is_admin:
        raise ServiceNotFound
    return service


def count_uses(service: Service) -> int:
    """How many order lines name a service."""
    uses = select(func.count()).where(OrderLine.service_id == service.id)
    return db.session.scalar(uses) or 0


def list_all_services(*, actor: Actor) -> Sequence[Service]:
    """Every service by name, what is on offer first; they number dozens."""
    admins_only(actor)
    return db.session.scalars(_OF_THE_HOUSE.order_by(Service.status, Service.name)).all()


def is_ordered(service: Service, *, actor: Actor) -> bool:
    """Whether an order names a service, so that it cannot be deleted; one statement."""
    admins_only(actor)
    names_it = or_(
        exists().where(OrderLine.service_id == service.id),
        exists().where(Order.service_id == service.id),
    )
    return bool(db.session.scalar(select(names_it)))
