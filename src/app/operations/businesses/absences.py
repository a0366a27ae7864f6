"""Time off, for those who run a business."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.database import db
from app.models import Order, TimeOff, Worker
from app.operations.actors import Actor
from app.operations.booking.time_off import add_time_off, remove_time_off
from app.operations.businesses.access import get_own_business

MOST_LISTED = 500


def list_absences(
    slug: str, *, worker_id: int | None, at: datetime, actor: Actor
) -> Sequence[TimeOff]:
    """When the workers of one's business, or one of them, are away and it is not over yet.

    Raises BusinessNotFound.
    """
    business = get_own_business(slug, actor=actor)
    query = (
        select(TimeOff)
        .join(Worker, Worker.id == TimeOff.worker_id)
        .where(Worker.business_id == business.id, TimeOff.ends_at > at)
        .order_by(TimeOff.starts_at, TimeOff.id)
        .limit(MOST_LISTED)
    )
    if worker_id is not None:
        query = query.where(TimeOff.worker_id == worker_id)
    return db.session.scalars(query).all()


def add_absence(
    slug: str,
    worker_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str | None,
    at: datetime,
    actor: Actor,
) -> tuple[TimeOff, Sequence[Order]]:
    """Let a worker be away, and tell which appointments that hits (booking.md 5).

    Raises BusinessNotFound, NotFound and Invalid.
    """
    business = get_own_business(slug, actor=actor)
    return add_time_off(
        business,
        worker_id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        at=at,
        actor=actor,
    )


def remove_absence(slug: str, time_off_id: int, *, at: datetime, actor: Actor) -> None:
    """Let a worker be there again; raises BusinessNotFound and NotFound."""
    business = get_own_business(slug, actor=actor)
    remove_time_off(business, time_off_id, at=at, actor=actor)
