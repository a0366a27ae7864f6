"""What a business offers: its services, and the rooms and chairs that each of them needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select

from app.database import db
from app.errors import Invalid, ServiceNotFound
from app.models import Resource, Service, ServiceResource
from app.operations.actors import Actor
from app.operations.businesses.access import get_own_business, get_visible_business
from app.operations.services.change import add_service, change_service, withdraw_service


class Offered(NamedTuple):
    """A service, and the rooms and chairs of which it takes one unit each."""

    service: Service
    resource_ids: Sequence[int]


def list_offers(business_id: int, *, active_only: bool = True) -> list[Offered]:
    """The services of a business by id; one statement."""
    query = (
        select(Service, ServiceResource.resource_id)
        .outerjoin(ServiceResource, ServiceResource.service_id == Service.id)
        .where(Service.business_id == business_id)
        .order_by(Service.id, ServiceResource.resource_id)
    )
    if active_only:
        query = query.where(Service.status == "active")
    needed: dict[Service, list[int]] = {}
    for service, resource_id in db.session.execute(query):
        needed.setdefault(service, []).extend([] if resource_id is None else [resource_id])
    return [Offered(*one) for one in needed.items()]


def show_offers(slug: str, *, everything: bool, actor: Actor) -> tuple[str, list[Offered]]:
    """The currency of a business and its active services; `everything` for those who run it.

    Raises BusinessNotFound.
    """
    get = get_own_business if everything else get_visible_business
    business = get(slug, actor=actor)
    return business.currency, list_offers(business.id, active_only=not everything)


def add_offer(
    slug: str, values: Mapping[str, Any], *, resource_ids: Sequence[int] = (), actor: Actor
) -> tuple[str, Offered]:
    """Offer something new, with the currency in which it is paid.

    Raises BusinessNotFound, Conflict when the name is taken, Invalid for resources that are not of
    this business.
    """
    business = get_own_business(slug, actor=actor)
    needed = _known(business.id, resource_ids)
    service = Service(business_id=business.id, **values)
    add_service(service, actor=actor, resources=needed)
    _need(service.id, needed)
    return business.currency, Offered(service, needed)


def change_offer(
    slug: str,
    service_id: int,
    values: Mapping[str, Any],
    *,
    resource_ids: Sequence[int] | None = None,
    at: datetime,
    actor: Actor,
) -> tuple[str, Offered]:
    """Change what is given; appointments keep the price and the times at which they were made.

    Raises BusinessNotFound, ServiceNotFound, Conflict when the name is taken, and Invalid for
    resources that are not of this business.
    """
    business = get_own_business(slug, actor=actor)
    offered = _get(business.id, service_id)
    service, needed = offered
    if resource_ids is None or set(resource_ids) == set(needed):
        return business.currency, Offered(change_service(service, values, actor=actor), needed)
    needed = _known(business.id, resource_ids)
    db.session.execute(delete(ServiceResource).where(ServiceResource.service_id == service_id))
    _need(service_id, needed)
    service.updated_at = at
    change_service(service, values, actor=actor, resources=needed)
    return business.currency, Offered(service, needed)


def withdraw_offer(slug: str, service_id: int, *, actor: Actor) -> Service | None:
    """Delete a service, or deactivate and return it when orders refer to it.

    Raises BusinessNotFound and ServiceNotFound.
    """
    business = get_own_business(slug, actor=actor)
    return withdraw_service(_get(business.id, service_id).service, actor=actor)


def _get(business_id: int, service_id: int) -> Offered:
    query = (
        select(Service, ServiceResource.resource_id)
        .outerjoin(ServiceResource, ServiceResource.service_id == Service.id)
        .where(Service.id == service_id, Service.business_id == business_id)
    )
    rows = db.session.execute(query).all()
    if not rows:
        raise ServiceNotFound
    return Offered(rows[0][0], sorted(row[1] for row in rows if row[1] is not None))


def _known(business_id: int, resource_ids: Sequence[int]) -> list[int]:
    wanted = sorted(set(resource_ids))
    if not wanted:
        return []
    query = select(Resource.id).where(
        Resource.id.in_(wanted),
        Resource.business_id == business_id,
        Resource.kind.in_(("room", "chair")),
    )
    if len(db.session.scalars(query).all()) != len(wanted):
        raise Invalid.field("resources", "This business has no such room or chair.")
    return wanted


def _need(service_id: int, resource_ids: Sequence[int]) -> None:
    db.session.add_all(
        ServiceResource(service_id=service_id, resource_id=one) for one in resource_ids
    )
