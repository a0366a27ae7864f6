"""Which subscriptions an actor may know of: those of businesses that they run; an admin, all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, exists, func, select, true

from app.database import db
from app.errors import NotFound
from app.models import HOUSE, Business, WebhookSubscription
from app.operations.actors import Actor
from app.operations.businesses.access import get_own_business, is_managed_by
from app.operations.businesses.find import ids_of_own

_IS_THERE = WebhookSubscription.deleted_at.is_(None)


def get_subscription(
    subscription_id: int, *, for_change: bool = False, actor: Actor
) -> WebhookSubscription:
    """A subscription; raises NotFound for one that is deleted or another's. One statement."""
    run: ColumnElement[bool] = true()
    if not actor.is_admin:
        run = exists().where(Business.id == WebhookSubscription.business_id, is_managed_by(actor))
    query = select(WebhookSubscription).where(
        WebhookSubscription.id == subscription_id, _IS_THERE, run
    )
    found = db.session.scalar(query.with_for_update() if for_change else query)
    if found is None:
        raise NotFound
    return found


def list_subscriptions(
    page: int, per_page: int, *, business: str | None, actor: Actor
) -> tuple[Sequence[WebhookSubscription], int]:
    """A page of subscriptions, the oldest first, and how many there are; raises BusinessNotFound."""
    query = select(WebhookSubscription).where(_IS_THERE)
    if business is not None:
        own_id = get_own_business(business, actor=actor).id
        query = query.where(WebhookSubscription.business_id == own_id)
    elif not actor.is_admin:
        own = ids_of_own(actor).subquery("own")
        query = query.join(own, own.c.id == WebhookSubscription.business_id)
    count = query.with_only_columns(func.count(WebhookSubscription.id))
    shown = query.order_by(WebhookSubscription.id).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(shown).all(), db.session.scalar(count) or 0


def count_locked(business_id: int | None) -> int:
    """How many a business has, or those of all: no rival adds one until the commit.

    The row of the business is locked before they are counted; for those of all, the house's.
    """
    locked = select(Business.id).where(Business.id == (business_id or HOUSE)).with_for_update()
    db.session.execute(locked)
    query = select(func.count(WebhookSubscription.id)).where(
        WebhookSubscription.business_id == business_id, _IS_THERE
    )
    return db.session.scalar(query) or 0


def names_of(subscriptions: Sequence[WebhookSubscription]) -> Mapping[int, str]:
    """The names of the businesses whose events these are of; one statement."""
    ids = {one.business_id for one in subscriptions if one.business_id is not None}
    query = select(Business.id, Business.name).where(Business.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(query)}
