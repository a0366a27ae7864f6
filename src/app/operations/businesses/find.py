"""One business with all that is shown of it, those that somebody runs, and where they work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, false, literal, or_, select, union

from app.database import db
from app.errors import BusinessNotFound
from app.models import Business, Favorite, Hours, Worker
from app.operations.actors import Actor, Role
from app.operations.businesses.access import IS_PUBLIC, is_managed_by
from app.operations.businesses.hours import list_hours
from app.operations.businesses.offers import Offered, list_offers
from app.operations.businesses.staff import list_workers_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A business, what it offers, who works there, and when it is open."""

    business: Business
    is_favorite: bool
    services: Sequence[Offered]
    workers: Sequence[Worker]
    hours: Sequence[Hours]


def show_business(slug: str, *, actor: Actor) -> Shown:
    """What everybody may see of a public business, and those who run it of theirs; four statements.

    Raises BusinessNotFound.
    """
    is_favorite: ColumnElement[bool] = false()
    if actor.role is Role.CUSTOMER:
        is_favorite = (
            select(literal(1))
            .where(Favorite.business_id == Business.id, Favorite.user_id == actor.user_id)
            .exists()
        )
    is_seen = or_(IS_PUBLIC, is_managed_by(actor))
    query = select(Business, is_favorite).where(Business.slug == slug.lower(), is_seen)
    row = db.session.execute(query).first()
    if row is None:
        raise BusinessNotFound
    business: Business = row[0]
    return Shown(
        business=business,
        is_favorite=bool(row[1]),
        services=list_offers(business.id),
        workers=list_workers_of(business.id),
        hours=list_hours(business.id),
    )


def list_own_businesses(*, actor: Actor) -> Sequence[Business]:
    """The businesses that the actor owns or manages, the newest first, whatever their state."""
    own = ids_of_own(actor).subquery("own")
    query = (
        select(Business)
        .join(own, own.c.id == Business.id)
        .where(Business.deleted_at.is_(None))
        .order_by(Business.id.desc())
    )
    return db.session.scalars(query).all()


class Workplace(NamedTuple):
    """A business, and the worker there whose account somebody has."""

    business: Business
    worker: Worker


def list_workplaces(*, actor: Actor) -> list[Workplace]:
    """Where the actor works, the newest first, whatever its state; one statement."""
    rows = db.session.execute(_workplaces(actor).order_by(Worker.id.desc()))
    return [Workplace(*row) for row in rows]


def get_workplace(slug: str, *, actor: Actor) -> Workplace:
    """A business where the actor works; raises BusinessNotFound for any other. One statement."""
    query = _workplaces(actor).where(Business.slug == slug.lower())
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise BusinessNotFound
    return Workplace(*row)


def _workplaces(actor: Actor) -> Select[*tuple[Business, Worker]]:
    """One that has left works there no more; an admin's account and a device are nobody's."""
    is_theirs = Worker.user_id == actor.user_id if actor.role is Role.CUSTOMER else false()
    return (
        select(Business, Worker)
        .join(Worker, Worker.business_id == Business.id)
        .where(is_theirs, Worker.is_active.is_(True), Business.deleted_at.is_(None))
    )


def ids_of_own(actor: Actor) -> CompoundSelect[int]:
    """The ids of the businesses that the actor owns or manages, deleted ones among them."""
    owned = select(Business.id).where(Business.owner_id == actor.user_id)
    managed = select(Worker.business_id).where(
        Worker.user_id == actor.user_id, Worker.is_manager.is_(True), Worker.is_active.is_(True)
    )
    return union(owned, managed)
