"""Registering a business: by any customer, who is its owner from then on."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Unpack

from sqlalchemy import exists, select

from app.database import db, unique
from app.errors import Conflict, PermissionDenied
from app.models import Business, User
from app.operations.actors import Actor, Role
from app.operations.businesses.profile import Profile, write_profile
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support.slugs import slug_of, with_suffix


def register_business(
    *, slug: str | None = None, at: datetime, actor: Actor, **profile: Unpack[Profile]
) -> Business:
    """Make a business that waits for approval; its owner's account becomes an owner's (booking.md 5).

    Without a slug one is made of the name. The unique key decides: raises Conflict for a slug
    that was chosen and is taken, while one that was made is made anew with a suffix.
    """
    if actor.role is not Role.CUSTOMER or actor.user_id is None:
        raise PermissionDenied
    business = Business(owner_id=actor.user_id, status="pending", created_at=at, updated_at=at)
    write_profile(business, profile)
    if slug is None:
        business.slug = _free_slug(slug_of(business.name, otherwise=business.category))
        db.session.add(business)
        db.session.flush()  # a rival's slug replays the request, which then finds it taken
    else:
        business.slug = slug
        with unique("uq_businesses_slug", _slug_taken()):
            db.session.add(business)
            db.session.flush()
    record(actions.BUSINESS_CREATED, business, actor=actor)
    _become_owner(actor.user_id, at=at, actor=actor)
    return business


def _free_slug(wanted: str) -> str:
    is_taken = db.session.scalar(select(exists().where(Business.slug == wanted)))
    return with_suffix(wanted) if is_taken else wanted


def _become_owner(user_id: int, *, at: datetime, actor: Actor) -> None:
    user: Any = db.session.get(User, user_id)
    if user.role == "customer":
        user.role = "owner"
        user.updated_at = at
        record(actions.USER_ROLE_CHANGED, user, actor=actor)


def _slug_taken() -> Conflict:
    problem = "Another business has this address."
    return Conflict(problem, details={"slug": [problem]})
