"""The rooms and chairs of a business, of which its services take a unit each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from app.database import db
from app.errors import NotFound
from app.models import Resource
from app.operations.actors import Actor
from app.operations.businesses.access import get_own_business
from app.operations.calendars.locking import touch_calendars
from app.operations.ledger import actions
from app.operations.ledger.record import record

KINDS: Final = ("room", "chair")


def list_rooms(slug: str, *, actor: Actor) -> Sequence[Resource]:
    """All of them, the inactive as well, by id; raises BusinessNotFound."""
    return list_rooms_of(get_own_business(slug, actor=actor).id)


def list_rooms_of(business_id: int) -> Sequence[Resource]:
    """The same of a business that the actor was seen to run; one statement."""
    query = select(Resource).where(Resource.business_id == business_id, Resource.kind.in_(KINDS))
    return db.session.scalars(query.order_by(Resource.id)).all()


def add_room(slug: str, *, kind: str, name: str, units: int, actor: Actor) -> Resource:
    """Add a room or chair, or `units` alike; raises BusinessNotFound."""
    business = get_own_business(slug, actor=actor)
    room = Resource(kind=kind, business_id=business.id, name=name, units=units)
    db.session.add(room)
    record(actions.RESOURCE_CREATED, room, actor=actor)
    return room


def change_room(
    slug: str, resource_id: int, changes: Mapping[str, Any], *, actor: Actor
) -> Resource:
    """Rename one, change its units, or put it out of use; appointments that were made stay.

    Its calendar is locked first. Raises BusinessNotFound and NotFound.
    """
    business = get_own_business(slug, actor=actor)
    query = select(Resource).where(
        Resource.id == resource_id, Resource.business_id == business.id, Resource.kind.in_(KINDS)
    )
    room = db.session.scalar(query)
    if room is None:
        raise NotFound
    changed = {name: value for name, value in changes.items() if value != getattr(room, name)}
    if changed:
        touch_calendars([room.id])
        for name, value in changed.items():
            setattr(room, name, value)
        record(actions.RESOURCE_UPDATED, room, actor=actor)
    return room
