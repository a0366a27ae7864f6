"""Time off: when a worker is away; written under the lock of their calendar (booking.md 2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from app.database import db
from app.errors import Invalid, NotFound
from app.models import Business, Order, Segment, TimeOff, Worker
from app.operations.actors import Actor
from app.operations.calendars.locking import touch_calendars
from app.operations.calendars.resources import resource_of_worker
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support.clock import instant_text
from app.support.free_time import LONGEST_VISIT_MINUTES
from app.support.wall_time import minute_of, minute_reached
from app.support.words import ACTIVE_APPOINTMENT

LONGEST_DAYS: Final = 366
MOST_HITS: Final = 500


def add_time_off(
    business: Business,
    worker_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str | None,
    at: datetime,
    actor: Actor,
) -> tuple[TimeOff, Sequence[Order]]:
    """Let a worker be away, and tell which appointments that hits; nothing is cancelled by it.

    No appointment is booked into it afterwards: whoever books meets the same lock. That the actor
    manages the business is the caller's rule. Raises NotFound for another business's worker, and
    Invalid.
    """
    if not starts_at < ends_at or (ends_at - starts_at).days >= LONGEST_DAYS:
        raise Invalid.field("end", f"It ends after it starts, within {LONGEST_DAYS} days.")
    resource_id = _lock(business, worker_id)
    away = TimeOff(
        worker_id=worker_id, starts_at=starts_at, ends_at=ends_at, reason=reason, created_at=at
    )
    db.session.add(away)
    db.session.flush()
    hit = _find_hits(resource_id, starts_at, ends_at, at)
    business.updated_at = at
    record(
        actions.TIME_OFF_ADDED,
        business,
        actor=actor,
        time_off_id=away.id,
        worker_id=worker_id,
        starts_at=instant_text(starts_at),
        ends_at=instant_text(ends_at),
        hits=len(hit),
    )
    return away, hit


def remove_time_off(business: Business, time_off_id: int, *, at: datetime, actor: Actor) -> TimeOff:
    """Let a worker be there again; raises NotFound, also for another business's."""
    away = db.session.get(TimeOff, time_off_id)
    if away is None:
        raise NotFound
    _lock(business, away.worker_id)
    db.session.delete(away)
    business.updated_at = at
    record(
        actions.TIME_OFF_REMOVED,
        business,
        actor=actor,
        time_off_id=time_off_id,
        worker_id=away.worker_id,
    )
    return away


def _lock(business: Business, worker_id: int) -> int:
    worker = db.session.get(Worker, worker_id)
    if worker is None or worker.business_id != business.id:
        raise NotFound
    resource_id = resource_of_worker(worker_id)
    touch_calendars([resource_id])
    return resource_id


def _find_hits(
    resource_id: int, starts_at: datetime, ends_at: datetime, at: datetime
) -> Sequence[Order]:
    begin, end = minute_of(starts_at), minute_reached(ends_at)
    hit = (
        select(Order)
        .join(Segment, Segment.order_id == Order.id)
        .where(
            Segment.resource_id == resource_id,
            Segment.busy_start > begin - LONGEST_VISIT_MINUTES,
            Segment.busy_start < end,
            Segment.busy_end > begin,
            Order.status.in_(ACTIVE_APPOINTMENT),
        )
        .order_by(Order.starts_at, Order.id)
        .limit(MOST_HITS)
    )
    is_live = (Order.status != "held") | (Order.hold_expires_at > at)
    return db.session.scalars(hit.where(is_live)).all()
