"""Changing and giving up a business, by those who run it."""

from __future__ import annotations

from datetime import datetime
from typing import Unpack

from sqlalchemy import select

from app.database import db
from app.errors import Conflict, PreconditionFailed
from app.models import HOUSE, Business, Resource
from app.operations.actors import SYSTEM, Actor
from app.operations.businesses.access import get_own_business, owners_only
from app.operations.businesses.profile import MATTERS, Profile, write_profile
from app.operations.calendars.engagements import refuse_engaged
from app.operations.calendars.locking import touch_calendars
from app.operations.ledger import actions
from app.operations.ledger.record import record


def change_business(
    slug: str,
    *,
    seen_version: int | None = None,
    at: datetime,
    actor: Actor,
    **profile: Unpack[Profile],
) -> Business:
    """Change what a business tells of itself; an approved one stays so, and what matters is marked.

    A rejected one that is mended waits for approval again (booking.md 5). Its managers may do it,
    too. Raises BusinessNotFound, and PreconditionFailed when it is no longer what the client saw.
    """
    business = get_seen_business(slug, seen_version=seen_version, actor=actor)
    changed = write_profile(business, profile)
    if not changed:
        return business
    if business.status == "rejected":
        business.status = "pending"
        business.reason = None
    elif business.status == "approved" and changed.intersection(MATTERS):
        business.changed_at = at
    business.updated_at = at
    record(actions.BUSINESS_UPDATED, business, actor=actor)
    return business


def delete_business(slug: str, *, at: datetime, actor: Actor) -> None:
    """Take a business away for good; its rows stay.

    Its owner alone may do it. Raises Conflict while it has appointments to come, which its details
    name, and for the house. Its calendars are locked first, so that nobody books meanwhile.
    """
    business = get_own_business(slug, actor=actor)
    owners_only(business, actor=actor)
    if business.id == HOUSE:
        raise Conflict("The house cannot be deleted.")
    touch_calendars(list_calendars(business.id))
    refuse_engaged(business.id, at=at)
    business.deleted_at = at
    business.updated_at = at
    record(actions.BUSINESS_DELETED, business, actor=actor)


def get_seen_business(slug: str, *, seen_version: int | None, actor: Actor) -> Business:
    """One's own business, unless it is not what the client saw (RFC 9110 13.1.1).

    Raises BusinessNotFound and PreconditionFailed. Whoever then changes it meets a rival at the
    version, and is replayed.
    """
    business = get_own_business(slug, actor=actor)
    if seen_version is not None and seen_version != business.version:
        raise PreconditionFailed
    return business


def list_calendars(business_id: int) -> list[int]:
    """The resources of a business: its workers, rooms and chairs; one statement."""
    query = select(Resource.id).where(Resource.business_id == business_id).order_by(Resource.id)
    return list(db.session.scalars(query))


def set_house_timezone(zone: str, *, at: datetime) -> None:
    """Let the house of a new database live in the time zone of its settings."""
    house = db.session.get_one(Business, HOUSE)
    if write_profile(house, {"timezone": zone}):
        house.updated_at = at
        record(actions.BUSINESS_UPDATED, house, actor=SYSTEM)
