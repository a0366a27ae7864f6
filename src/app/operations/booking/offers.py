"""What can be booked: a service of a business, and the rules by which the business takes visits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, select

from app.database import connection
from app.database.prepared import Prepared
from app.errors import BusinessNotFound, Invalid, ServiceNotFound
from app.models import Business, Service
from app.support.free_time import BUCKET_MINUTES, LONGEST_VISIT_MINUTES, Visit
from app.support.licensing import Requirement

_columns = (
    Business.id,
    Business.status,
    Business.timezone,
    Business.slot_step_minutes,
    Business.lead_minutes,
    Business.horizon_days,
    Business.currency,
    Business.auto_confirm,
    Business.version,
    Service.id.label("service_id"),
    Service.name,
    Service.price,
    Service.status.label("service_status"),
    Service.version.label("service_version"),
    Service.duration_minutes,
    Service.buffer_before_minutes,
    Service.buffer_after_minutes,
    Service.required_license,
    Service.required_level,
)
_with_service = (
    select(*_columns)
    .outerjoin(
        Service, and_(Service.business_id == Business.id, Service.id == bindparam("service_id"))
    )
    .where(Business.deleted_at.is_(None))
)
_BY_SLUG = Prepared(_with_service.where(Business.slug == bindparam("slug")))
_BY_ID = Prepared(_with_service.where(Business.id == bindparam("business_id")))


@dataclass(frozen=True, slots=True)
class Offer:
    """A service and its business, as far as booking it goes; `is_open` when both take visits now.

    The versions are of the rows that were read: whatever changes the answer raises one of them.
    """

    business_id: int
    service_id: int
    name: str
    price: Decimal
    currency: str
    is_open: bool
    visit: Visit
    zone: ZoneInfo
    step: int
    lead_minutes: int
    horizon_days: int
    auto_confirm: bool
    required: Requirement | None
    versions: tuple[int, int]


def get_public_offer(slug: str, service_id: int) -> Offer:
    """What everybody may book; one statement.

    Raises BusinessNotFound for what is not approved, ServiceNotFound for what is not on offer, and
    Invalid for a service that is ordered but not booked.
    """
    row = _BY_SLUG.first(connection(), {"slug": slug, "service_id": service_id})
    if row is None or row.status != "approved":
        raise BusinessNotFound
    if row.service_id is None or row.service_status != "active":
        raise ServiceNotFound
    return _offer(row)


def get_offer(business_id: int, service_id: int) -> Offer:
    """The same by ids and in any state, for appointments that are there already; one statement."""
    row = _BY_ID.first(connection(), {"business_id": business_id, "service_id": service_id})
    if row is None:
        raise BusinessNotFound
    if row.service_id is None:
        raise ServiceNotFound
    return _offer(row)


def _offer(row: Any) -> Offer:
    return Offer(
        business_id=row.id,
        service_id=row.service_id,
        name=row.name,
        price=row.price,
        currency=row.currency,
        is_open=row.status == "approved" and row.service_status == "active",
        visit=_visit(row),
        zone=ZoneInfo(row.timezone),
        step=row.slot_step_minutes,
        lead_minutes=row.lead_minutes,
        horizon_days=row.horizon_days,
        auto_confirm=bool(row.auto_confirm),
        required=_required(row),
        versions=(row.version, row.service_version),
    )


def _required(row: Any) -> Requirement | None:
    if row.required_license is None:
        return None
    return Requirement(row.required_license, row.required_level or 1)


def _visit(row: Any) -> Visit:
    visit = Visit(row.duration_minutes or 0, row.buffer_before_minutes, row.buffer_after_minutes)
    if not visit.duration or any(minutes % BUCKET_MINUTES for minutes in visit):
        raise Invalid.field("service_id", "This service is ordered, not booked.")
    if visit.length > LONGEST_VISIT_MINUTES:
        raise Invalid.field("service_id", "This service takes too long to be booked.")
    return visit
