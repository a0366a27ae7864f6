"""What customers say of completed appointments, and what is said to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from app.database import db, unique
from app.errors import AppointmentNotFound, Conflict, InvalidTransition, NotFound
from app.models import Business, Order, Review, Track, User
from app.models.users import CLOSED_ACCOUNT
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.booking.reaching import get_appointment
from app.operations.businesses.access import get_public_business, may_manage
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.outbox.announce import News, announce
from app.operations.tracks.visits import is_within
from app.support.words import is_withheld

_CHECK_INS: Final = ("processing", "scanned")


@dataclass(frozen=True, slots=True)
class Said:
    """A review, and by whom as far as everybody may know."""

    review: Review
    author: str


def write_review(
    ref: str, *, rating: int, comment: str | None, at: datetime, actor: Actor
) -> Review:
    """Review one's own appointment: a completed one to which a scan testifies, once.

    Raises AppointmentNotFound for another's and for an order without a time, InvalidTransition for
    one that is not completed, is to come, or that nobody checked in, Conflict for a second review: the unique
    key decides (booking.md 5).
    """
    appointment = get_appointment(ref, actor=actor)
    if not appointment.is_own:
        raise AppointmentNotFound
    order = appointment.order
    has_begun = order.starts_at is not None and order.starts_at <= at
    if order.status != "completed" or not has_begun or not _was_checked_in(order):
        raise InvalidTransition("Only a visit that took place can be reviewed.")
    review = Review(
        order_id=order.id,
        business_id=order.business_id,
        user_id=order.customer_id,
        rating=rating,
        comment=comment or None,
        created_at=at,
        updated_at=at,
    )
    db.session.add(review)
    with unique("uq_reviews_order_id", Conflict("You have reviewed this appointment.")):
        db.session.flush()
    record(actions.REVIEW_CREATED, review, actor=actor)
    announce("review.created", News(review.id, "created", {"rating": rating}))
    _count(review, 1)
    return review


def list_reviews(slug: str, *, after_id: int | None, limit: int) -> list[Said]:
    """What is said of a public business, the newest first; two statements. Raises BusinessNotFound."""
    business = get_public_business(slug)
    query = (
        select(Review, User.name)
        .join(User, User.id == Review.user_id)
        .where(Review.business_id == business.id, Review.hidden_at.is_(None))
        .order_by(Review.id.desc())
        .limit(limit)
    )
    if after_id is not None:
        query = query.where(Review.id < after_id)
    return [Said(review, shown_name(name)) for review, name in db.session.execute(query)]


def reply_to_review(review_id: int, *, reply: str, at: datetime, actor: Actor) -> Review:
    """Answer a review as the business, or put another answer in its place.

    Raises NotFound for a review of a business that is not the actor's.
    """
    review = _get(review_id)
    if not may_manage(review.business_id, actor=actor):
        raise NotFound
    review.reply = reply
    review.replied_at = at
    review.updated_at = at
    record(actions.REVIEW_REPLIED, review, actor=actor)
    return review


def hide_review(review_id: int, *, reason: str, at: datetime, actor: Actor) -> Review:
    """Take a review out of sight and out of the mean; raises NotFound, Conflict for a hidden one."""
    return _set_hidden(review_id, at, reason, at=at, actor=actor)


def show_review(review_id: int, *, reason: str, at: datetime, actor: Actor) -> Review:
    """Let a hidden review be seen again; raises NotFound, Conflict for one that is seen."""
    return _set_hidden(review_id, None, reason, at=at, actor=actor)


def shown_name(name: str) -> str:
    """A first name and an initial: what others may know of who wrote; nothing of an e-mail address."""
    words = [] if name == CLOSED_ACCOUNT else [word for word in name.split() if "@" not in word]
    if not words:
        return "Customer"
    return words[0] if len(words) == 1 else f"{words[0]} {words[-1][0]}."


def _set_hidden(
    review_id: int, hidden_at: datetime | None, reason: str, *, at: datetime, actor: Actor
) -> Review:
    admins_only(actor)
    review = _get(review_id)
    if (review.hidden_at is None) == (hidden_at is None):
        raise Conflict("This is so already.")
    review.hidden_at = hidden_at
    review.hidden_reason = reason
    review.updated_at = at
    word = actions.REVIEW_SHOWN if hidden_at is None else actions.REVIEW_HIDDEN
    record(word, review, actor=actor)
    _count(review, 1 if hidden_at is None else -1)
    return review


def _get(review_id: int) -> Review:
    review = db.session.get(Review, review_id)
    if review is None:
        raise NotFound
    return review


def _count(review: Review, number: int) -> None:
    """Let the business's mean follow; in the transaction that the review's own version guards."""
    db.session.execute(
        update(Business)
        .where(Business.id == review.business_id)
        .values(
            rating_sum=Business.rating_sum + number * review.rating,
            rating_count=Business.rating_count + number,
            updated_at=Business.updated_at,
        )
        .execution_options(synchronize_session=False)
    )


def _was_checked_in(order: Order) -> bool:
    """Whether a scan that was neither voided nor withheld began the visit (booking.md 4)."""
    columns = (Track.event_id, Track.kind, Track.action, Track.result, Track.reasons)
    query = select(*columns, Track.target_event_id, Track.effective_at).where(
        Track.order_id == order.id
    )
    tracks: Sequence[Track] = db.session.execute(query).all()  # type: ignore[assignment]
    void = {one.target_event_id for one in tracks if one.kind == "void"}
    return any(_is_check_in(one, order) for one in tracks if one.event_id not in void)


def _is_check_in(track: Track, order: Order) -> bool:
    if track.kind not in ("scan", "apply") or track.action not in _CHECK_INS:
        return False
    has_effect = track.result != "rejected" and not is_withheld(track.reasons.split(","))
    if track.kind == "scan" and not has_effect:
        return False
    if track.action == "processing" or order.starts_at is None or order.ends_at is None:
        return track.action == "processing"
    return is_within(track.effective_at, starts_at=order.starts_at, ends_at=order.ends_at)
