"""Reviews as pages list them: what everybody reads, and all that those who run a business see."""

from __future__ import annotations

from sqlalchemy import select

from app.database import db
from app.models import Business, Order, Review, User
from app.operations.actors import Actor
from app.operations.businesses.reviews import Said, shown_name


def list_reviews_of(
    business: Business, *, everything: bool = False, after_id: int | None = None, limit: int
) -> list[Said]:
    """What is said of a business, the newest first; one statement.

    With `everything` also what is hidden: that the actor runs the business is the caller's rule.
    """
    query = (
        select(Review, User.name)
        .join(User, User.id == Review.user_id)
        .where(Review.business_id == business.id)
        .order_by(Review.id.desc())
        .limit(limit)
    )
    if not everything:
        query = query.where(Review.hidden_at.is_(None))
    if after_id is not None:
        query = query.where(Review.id < after_id)
    return [Said(review, shown_name(name)) for review, name in db.session.execute(query)]


def find_own_review(order: Order, *, actor: Actor) -> Review | None:
    """What the actor has said of their own appointment."""
    query = select(Review).where(Review.order_id == order.id, Review.user_id == actor.user_id)
    return db.session.scalar(query)
