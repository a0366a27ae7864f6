"""Lists of appointments: one's own, those of one's business, and those that one performs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select, true, union
from sqlalchemy.orm import aliased

from app.database import db
from app.models import Business, Order, Worker
from app.operations.actors import Actor, Role
from app.operations.booking.reaching import Appointment, appointments_of, runs_business
from app.support.words import UNSEEN

Period = Literal["upcoming", "past"]

_STILL_TO_COME = ("created", "confirmed", "processing")


@dataclass(frozen=True, slots=True)
class AppointmentFilter:
    """Which appointments are wanted; `since` is inclusive, `until` not, of their starts.

    Upcoming is what has not ended and may still take place, past is everything else; of one
    `status` their times alone decide. `is_own` are those alone whose customer the actor is.
    """

    status: str | None = None
    period: Period | None = None
    business: str | None = None
    worker_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    is_own: bool = False


def list_appointments(
    wanted: AppointmentFilter, *, after_id: int | None, limit: int, at: datetime, actor: Actor
) -> list[Appointment]:
    """Appointments of which the actor may know, `limit` of those beyond the one with `after_id`.

    A customer's own, all of a business for who runs it, a worker's own. What is upcoming comes in
    its order, everything else the latest first. At most two statements.
    """
    ways = [Order.customer_id == actor.user_id] if wanted.is_own else _ways(actor)
    if not ways:
        return []
    moment = _moment(wanted, actor)
    order = (moment, Order.id) if wanted.period == "upcoming" else (moment.desc(), Order.id.desc())
    conditions = _conditions(wanted, at)
    if after_id is not None:
        conditions.append(_beyond(after_id, moment, is_rising=wanted.period == "upcoming"))
    page = _page(ways, conditions, order, limit)
    query = appointments_of(actor).join(page, page.c.id == Order.id).order_by(*order).limit(limit)
    return [Appointment(*row) for row in db.session.execute(query)]


def count_appointments(wanted: AppointmentFilter, *, most: int, at: datetime, actor: Actor) -> int:
    """How many appointments `list_appointments` would find in all, counted up to `most`."""
    ways = _ways(actor)
    if not ways:
        return 0
    found = _page(ways, _conditions(wanted, at), (), most)
    some = select(found.c.id).limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _ways(actor: Actor) -> list[ColumnElement[bool]]:
    """By what the actor may know of appointments: each leads along an index of its own."""
    if actor.is_admin:
        return [true()]
    if actor.role is Role.WORKER:
        if actor.worker_id is None:
            return []
        is_theirs = Order.business_id == actor.business_id
        return [and_(is_theirs, Order.worker_id == actor.worker_id)]
    if actor.role is not Role.CUSTOMER or actor.user_id is None:
        return []
    run = select(Business.id, Worker.id).outerjoin(
        Worker,
        and_(
            Worker.business_id == Business.id,
            Worker.user_id == actor.user_id,
            Worker.is_active.is_(True),
        ),
    )
    is_run = runs_business(actor)
    rows = db.session.execute(
        run.add_columns(is_run).where(
            Business.deleted_at.is_(None), or_(is_run, Worker.id.is_not(None))
        )
    ).all()
    ways: list[ColumnElement[bool]] = [Order.customer_id == actor.user_id]
    for business_id, worker_id, is_own in rows:
        of_business = Order.business_id == business_id
        ways.append(of_business if is_own else and_(of_business, Order.worker_id == worker_id))
    return ways


def _conditions(wanted: AppointmentFilter, at: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Order.starts_at.is_not(None),
        Order.deleted_at.is_(None),
    ]
    if wanted.status is not None:
        conditions.append(Order.status == wanted.status)
        if wanted.period is not None:
            is_past = Order.ends_at <= at
            conditions.append(is_past if wanted.period == "past" else Order.ends_at > at)
    else:
        is_coming = and_(Order.status.in_(_STILL_TO_COME), Order.ends_at > at)
        conditions.append(Order.status.not_in(UNSEEN))
        if wanted.period is not None:
            conditions.append(is_coming if wanted.period == "upcoming" else ~is_coming)
    if wanted.business is not None:
        of_slug = select(Business.id).where(Business.slug == wanted.business.lower())
        conditions.append(Order.business_id == of_slug.scalar_subquery())
    if wanted.worker_id is not None:
        conditions.append(Order.worker_id == wanted.worker_id)
    if wanted.since is not None:
        conditions.append(Order.starts_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(Order.starts_at < wanted.until)
    return conditions


def _moment(wanted: AppointmentFilter, actor: Actor) -> Any:
    """By what they are sorted: all of all businesses have an index of their ends alone."""
    return Order.ends_at if actor.is_admin and wanted.business is None else Order.starts_at


def _beyond(after_id: int, moment: Any, *, is_rising: bool) -> ColumnElement[bool]:
    last = aliased(Order)
    column = getattr(last, moment.key)
    reached = select(column).where(last.id == after_id).scalar_subquery()
    if is_rising:
        return or_(moment > reached, and_(moment == reached, Order.id > after_id))
    return or_(moment < reached, and_(moment == reached, Order.id < after_id))


def _page(
    ways: Sequence[ColumnElement[bool]],
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[Any],
    limit: int,
) -> Subquery:
    walks = [_walk(way, conditions, order, limit) for way in ways]
    if len(walks) == 1:
        return walks[0].subquery("page")
    return union(*(select(walk.subquery().c.id) for walk in walks)).subquery("page")


def _walk(
    way: ColumnElement[bool],
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[Any],
    limit: int,
) -> Select[int]:
    return select(Order.id).where(way, *conditions).order_by(*order).limit(limit)
