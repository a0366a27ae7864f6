"""A business at a glance: whose it is, what it still needs, and its figures."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, select

from app.database import db
from app.errors import BusinessNotFound
from app.models import Business, Hours, Service, User
from app.operations.actors import Actor
from app.operations.businesses.access import is_managed_by
from app.operations.businesses.stats import Figures, get_figures


class Overview(NamedTuple):
    """A business, its owner (the house has none), and whether it can be booked as far as it goes."""

    business: Business
    owner: User | None
    has_offers: bool
    has_hours: bool
    figures: Figures


def show_overview(slug: str, *, at: datetime, actor: Actor) -> Overview:
    """One's own business, or any for an admin; five statements. Raises BusinessNotFound."""
    offers = exists().where(Service.business_id == Business.id, Service.status == "active")
    hours = exists().where(Hours.business_id == Business.id, Hours.worker_id.is_(None))
    query = (
        select(Business, User, offers, hours)
        .outerjoin(User, User.id == Business.owner_id)
        .where(Business.slug == slug.lower(), is_managed_by(actor))
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise BusinessNotFound
    business, owner, has_offers, has_hours = row
    return Overview(
        business, owner, bool(has_offers), bool(has_hours), get_figures(business, at=at)
    )
