"""The figures of a business: what was booked there, what came of it, how full its calendars are."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select

from app.database import db
from app.models import Business, Order, Service, Worker
from app.operations.actors import Actor
from app.operations.businesses.access import get_own_business
from app.operations.businesses.utilisation import USED, get_utilisation

DAYS: Final = 30
MOST_TOLD: Final = 5
COUNTED: Final = ("created", "confirmed", "processing", "completed", "cancelled", "no_show")
"""What is held is not booked yet, and what expired never was."""


class Share(NamedTuple):
    """How many visits were of a service or a worker."""

    id: int
    name: str
    visits: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of appointments by status, and what follows from them.

    `revenue` is the price snapshots of what was completed, in the currency of the business;
    `last_30_days` counts what began then. `utilisation` is the share of the bookable minutes of
    the last 30 local days that was booked, by the hours of now; None where nothing was bookable.
    `first_pending_at` is when the first begins that waits to be confirmed.
    """

    total: int
    upcoming: int
    pending: int
    confirmed: int
    processing: int
    completed: int
    cancelled: int
    no_show: int
    revenue: Decimal
    currency: str
    last_30_days: int
    utilisation: float | None
    first_pending_at: datetime | None


@dataclass(frozen=True, slots=True)
class BusinessStats(Figures):
    """The figures, and of what and with whom the most visits were."""

    top_services: list[Share]
    top_workers: list[Share]


def get_stats(slug: str, *, at: datetime, actor: Actor) -> BusinessStats:
    """The figures of one's own business, however many years it has; seven statements.

    Raises BusinessNotFound.
    """
    business = get_own_business(slug, actor=actor)
    return BusinessStats(
        **asdict(get_figures(business, at=at)),
        top_services=_top(business.id, Order.service_id, Service),
        top_workers=_top(business.id, Order.worker_id, Worker),
    )


def get_figures(business: Business, *, at: datetime) -> Figures:
    """The same of a business that the actor was seen to run; four statements."""
    counts, more, first_pending_at = _count(business, at)
    return Figures(
        total=sum(counts.values()),
        upcoming=int(more["upcoming"]),
        pending=counts["created"],
        confirmed=counts["confirmed"],
        processing=counts["processing"],
        completed=counts["completed"],
        cancelled=counts["cancelled"],
        no_show=counts["no_show"],
        revenue=Decimal(more["revenue"]).quantize(Decimal("0.01")),
        currency=business.currency,
        last_30_days=int(more["recent"]),
        utilisation=get_utilisation(business, days=DAYS, at=at),
        first_pending_at=first_pending_at,
    )


def _count(
    business: Business, at: datetime
) -> tuple[Counter[str], dict[str, Any], datetime | None]:
    is_upcoming = and_(Order.starts_at > at, Order.status.in_(("created", "confirmed")))
    is_recent = Order.starts_at.between(at - timedelta(days=DAYS), at)
    is_paid = and_(Order.status == "completed", Order.currency == business.currency)
    query = (
        select(
            Order.status,
            func.count().label("number"),
            func.sum(case((is_upcoming, 1), else_=0)).label("upcoming"),
            func.sum(case((is_recent, 1), else_=0)).label("recent"),
            func.sum(case((is_paid, Order.total_cost), else_=0)).label("revenue"),
            func.min(Order.starts_at).label("first_at"),
        )
        .where(*_appointments(business.id, COUNTED))
        .group_by(Order.status)
    )
    counts: Counter[str] = Counter()
    more: dict[str, Any] = defaultdict(int)
    first_pending_at = None
    for row in db.session.execute(query):
        counts[row.status] = row.number
        if row.status == "created":
            first_pending_at = row.first_at
        for name in ("upcoming", "recent", "revenue"):
            more[name] += getattr(row, name)
    summed = {name: more[name] for name in ("upcoming", "recent", "revenue")}
    return counts, summed, first_pending_at


def _top(business_id: int, column: Any, model: type[Service] | type[Worker]) -> list[Share]:
    """Those of whom the most visits took place or are to come."""
    visits = func.count()
    query = (
        select(model.id, model.name, visits)
        .join(Order, column == model.id)
        .where(*_appointments(business_id, USED))
        .group_by(model.id, model.name)
        .order_by(visits.desc(), model.id)
        .limit(MOST_TOLD)
    )
    return [Share(*row) for row in db.session.execute(query)]


def _appointments(business_id: int, statuses: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [
        Order.business_id == business_id,
        Order.starts_at.is_not(None),
        Order.status.in_(statuses),
    ]
