"""The opening hours of a business and of its workers: read, and replaced as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Final, NamedTuple

from sqlalchemy import delete, select

from app.database import db
from app.errors import Invalid
from app.models import Business, Hours
from app.operations.actors import Actor
from app.operations.businesses.access import get_visible_business
from app.operations.businesses.change import get_seen_business, list_calendars
from app.operations.businesses.staff import ensure_calendars, get_worker_of
from app.operations.calendars.locking import touch_calendars
from app.operations.calendars.resources import resource_of_worker
from app.operations.ledger import actions
from app.operations.ledger.record import record

LATEST: Final = 2 * 1440
"""Overnight belongs to the day it starts, and ends with the day after it."""


class HoursRow(NamedTuple):
    """Open, or off, from one minute of wall time to another, on a weekday (0 is Monday) or a day."""

    opens: int
    closes: int
    weekday: int | None = None
    day: date | None = None
    kind: str = "open"


def list_hours(business_id: int, worker_id: int | None = None) -> Sequence[Hours]:
    """The rows of a business itself, or of one of its workers: weekdays first; one statement."""
    query = (
        select(Hours)
        .where(Hours.business_id == business_id, Hours.worker_id == worker_id)
        .order_by(Hours.day, Hours.weekday, Hours.opens, Hours.id)
    )
    return db.session.scalars(query).all()


def show_hours(
    slug: str, *, worker_id: int | None, actor: Actor
) -> tuple[Business, Sequence[Hours]]:
    """The hours that everybody may see; raises BusinessNotFound, NotFound for an unknown worker."""
    business = get_visible_business(slug, actor=actor)
    if worker_id is not None:
        get_worker_of(business.id, worker_id)
    return business, list_hours(business.id, worker_id)


def replace_hours(
    slug: str,
    rows: Sequence[HoursRow],
    *,
    worker_id: int | None = None,
    seen_version: int | None = None,
    at: datetime,
    actor: Actor,
) -> tuple[Business, Sequence[Hours]]:
    """Replace all hours of a business, or of one of its workers; appointments stay (booking.md 1).

    The calendars concerned are locked first. Raises BusinessNotFound, NotFound for an unknown
    worker, Invalid for rows that contradict each other, and PreconditionFailed when the business is
    no longer what the client saw.
    """
    business = get_seen_business(slug, seen_version=seen_version, actor=actor)
    refuse_contradictions(rows)
    if worker_id is not None:
        get_worker_of(business.id, worker_id)
    ensure_calendars(business.id, at=at, actor=actor)
    concerned = list_calendars(business.id)
    touch_calendars(concerned if worker_id is None else [resource_of_worker(worker_id)])
    old = delete(Hours).where(Hours.business_id == business.id, Hours.worker_id == worker_id)
    db.session.execute(old)
    db.session.add_all(
        Hours(business_id=business.id, worker_id=worker_id, **row._asdict()) for row in rows
    )
    business.updated_at = at
    record(actions.HOURS_CHANGED, business, actor=actor, worker_id=worker_id, rows=len(rows))
    return business, list_hours(business.id, worker_id)


def refuse_contradictions(rows: Iterable[HoursRow]) -> None:
    """Raise Invalid for a row that names no one day, or is too short, too long, or met by another.

    Of one day no two rows of a kind overlap; what is off may lie in what is open: a break.
    """
    of_days: dict[tuple[object, str], list[HoursRow]] = defaultdict(list)
    for row in rows:
        if (row.weekday is None) == (row.day is None):
            raise Invalid.field("hours", "A row is of a weekday or of a date, and not of both.")
        if not 0 <= row.opens < row.closes <= LATEST or row.opens >= LATEST // 2:
            raise Invalid.field("hours", "A row ends after it begins, at the latest a day later.")
        of_days[row.weekday if row.day is None else row.day, row.kind].append(row)
    for of_day in of_days.values():
        for one, next_one in pairwise(sorted(of_day, key=lambda row: row.opens)):
            if next_one.opens < one.closes:
                raise Invalid.field("hours", "Two rows of one day overlap.")
