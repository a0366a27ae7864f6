"""Who may know of a business: everybody of one that is approved, few of any other."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, false, or_, select, true

from app.database import db
from app.errors import BusinessNotFound, PermissionDenied
from app.models import Business, Worker
from app.operations.actors import Actor, Role

IS_PUBLIC = (Business.status == "approved") & Business.deleted_at.is_(None)


def get_public_business(slug: str) -> Business:
    """A business that is approved and not deleted; raises BusinessNotFound. One statement."""
    query = select(Business).where(Business.slug == slug.lower(), IS_PUBLIC)
    return _found(db.session.scalar(query))


def get_own_business(slug: str, *, actor: Actor) -> Business:
    """A business of whatever status, for its owner, its managers and admins; one statement.

    Raises BusinessNotFound for anybody else: another owner's business is none (booking.md 5).
    """
    query = select(Business).where(Business.slug == slug.lower(), is_managed_by(actor))
    return _found(db.session.scalar(query))


def get_visible_business(slug: str, *, actor: Actor) -> Business:
    """A business that is public, or the actor's own; raises BusinessNotFound. One statement."""
    is_seen = or_(IS_PUBLIC, is_managed_by(actor))
    return _found(db.session.scalar(select(Business).where(Business.slug == slug.lower(), is_seen)))


def may_manage(business_id: int, *, actor: Actor) -> bool:
    """Whether the actor runs this business, or is an admin; one statement at most."""
    if actor.is_admin:
        return True
    query = select(exists().where(Business.id == business_id, is_managed_by(actor)))
    return actor.role is Role.CUSTOMER and bool(db.session.scalar(query))


def is_managed_by(actor: Actor) -> ColumnElement[bool]:
    """The businesses that an actor runs, as a condition: owner, active manager, admin; no deleted one."""
    if actor.is_admin:
        return Business.deleted_at.is_(None)
    if actor.role is not Role.CUSTOMER or actor.user_id is None:
        return false()
    manages = exists().where(
        Worker.business_id == Business.id,
        Worker.user_id == actor.user_id,
        Worker.is_manager == true(),
        Worker.is_active == true(),
    )
    return Business.deleted_at.is_(None) & or_(Business.owner_id == actor.user_id, manages)


def owners_only(business: Business, *, actor: Actor) -> None:
    """Raise PermissionDenied for a manager: what only the owner of this business or an admin may."""
    if not actor.is_admin and business.owner_id != actor.user_id:
        raise PermissionDenied


def _found(business: Business | None) -> Business:
    if business is None:
        raise BusinessNotFound
    return business
