"""Appointments as other calendars show them: one of them, or those of a business by a feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import or_, select

from app.database import db
from app.errors import Conflict, Invalid, NotFound
from app.models import Business, CalendarFeed, Order, Worker
from app.operations.actors import Actor
from app.operations.booking.reaching import Appointment
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support.calendar_text import CalendarEvent, calendar_text
from app.support.tokens import new_token, token_digest

TOKEN_PREFIX: Final = "hc_"  # noqa: S105 (a prefix, not a secret)
MOST_FEEDS: Final = 50
KEPT_FOR: Final = timedelta(days=30)
"""How long what is over stays in a feed; what was cancelled, since then."""

_MOST_EVENTS: Final = 5_000
_STATUS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "held": "TENTATIVE",
        "created": "TENTATIVE",
        "confirmed": "CONFIRMED",
        "processing": "CONFIRMED",
        "completed": "CONFIRMED",
    }
)
_TAKES_PLACE: Final = ("created", "confirmed", "processing", "completed")
_CALLED_OFF: Final = ("cancelled", "no_show")


def appointment_calendar(seen: Appointment, *, public_url: str) -> bytes:
    """One appointment, for whoever may see it."""
    summary = f"{seen.order.service_name}, {seen.business.name}"
    where = _place(seen.business)
    event = _event(seen.order, summary, where, public_url=public_url)
    return calendar_text(seen.business.name, [event])


def read_feed(token: str, *, public_url: str, at: datetime) -> bytes:
    """The calendar that a feed's address shows: of a business, or of one of its workers.

    Contacts stay out of it: an address may be passed on. Raises NotFound for a token that is
    unknown or was revoked. Two statements.
    """
    query = (
        select(Business, CalendarFeed.worker_id, Worker.name)
        .join(CalendarFeed, CalendarFeed.business_id == Business.id)
        .outerjoin(Worker, Worker.id == CalendarFeed.worker_id)
        .where(
            CalendarFeed.token_digest == token_digest(token),
            CalendarFeed.revoked_at.is_(None),
            Business.deleted_at.is_(None),
        )
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound
    business, worker_id, worker_name = found
    where = _place(business)
    events = [
        _event(order, f"{order.service_name}, {order.name}", where, public_url=public_url)
        for order in _shown(business.id, worker_id, at)
    ]
    name = business.name if worker_name is None else f"{business.name}, {worker_name}"
    return calendar_text(name, events)


def _shown(business_id: int, worker_id: int | None, at: datetime) -> Sequence[Order]:
    since = at - KEPT_FOR
    query = (
        select(Order)
        .where(
            Order.business_id == business_id,
            Order.starts_at >= since,
            Order.deleted_at.is_(None),
            or_(
                Order.status.in_(_TAKES_PLACE),
                (Order.status.in_(_CALLED_OFF)) & (Order.status_since >= since),
            ),
        )
        .order_by(Order.starts_at, Order.id)
        .limit(_MOST_EVENTS)
    )
    if worker_id is not None:
        query = query.where(Order.worker_id == worker_id)
    return db.session.scalars(query).all()


def create_feed(
    business: Business, *, worker_id: int | None, at: datetime, actor: Actor
) -> tuple[CalendarFeed, str]:
    """Make an address for the calendar of a business or of one of its workers; its token is shown once.

    Raises Invalid for a worker of another business, Conflict beyond 50 addresses.
    """
    if worker_id is not None:
        worker = db.session.get(Worker, worker_id)
        if worker is None or worker.business_id != business.id:
            raise Invalid.field("worker_id", "This business has no such worker.")
    if len(list_feeds(business)) >= MOST_FEEDS:
        raise Conflict(f"A business has at most {MOST_FEEDS} calendar addresses: revoke one.")
    token = new_token(TOKEN_PREFIX)
    feed = CalendarFeed(
        business_id=business.id,
        worker_id=worker_id,
        token_digest=token_digest(token),
        created_at=at,
    )
    db.session.add(feed)
    db.session.flush()
    _record(actions.FEED_CREATED, business, feed, at, actor)
    return feed, token


def list_feeds(business: Business) -> Sequence[CalendarFeed]:
    """The addresses that are in use, without their tokens: nobody knows those any more."""
    query = select(CalendarFeed).where(
        CalendarFeed.business_id == business.id, CalendarFeed.revoked_at.is_(None)
    )
    return db.session.scalars(query.order_by(CalendarFeed.id)).all()


def revoke_feed(business: Business, feed_id: int, *, at: datetime, actor: Actor) -> None:
    """Let an address lead nowhere from now on; to repeat it changes nothing. Raises NotFound."""
    query = select(CalendarFeed).where(
        CalendarFeed.id == feed_id, CalendarFeed.business_id == business.id
    )
    feed = db.session.scalar(query.with_for_update())
    if feed is None:
        raise NotFound
    if feed.revoked_at is None:
        feed.revoked_at = at
        _record(actions.FEED_REVOKED, business, feed, at, actor)


def _record(
    action: actions.Action, business: Business, feed: CalendarFeed, at: datetime, actor: Actor
) -> None:
    business.updated_at = at
    record(action, business, actor=actor, feed_id=feed.id, worker_id=feed.worker_id)


def _event(order: Order, summary: str, where: str | None, *, public_url: str) -> CalendarEvent:
    if order.starts_at is None or order.ends_at is None:
        raise ValueError("this order is no appointment")
    return CalendarEvent(
        uid=f"{order.order_number}@{urlsplit(public_url).hostname}",
        sequence=order.sequence,
        changed_at=order.updated_at,
        created_at=order.created_at,
        starts_at=order.starts_at,
        ends_at=order.ends_at,
        status=_STATUS.get(order.status, "CANCELLED"),
        summary=summary,
        description=f"Order {order.order_number}",
        location=where,
        url=f"{public_url}/track/{order.label_code}",
    )


def _place(business: Business) -> str | None:
    parts = (business.address, business.postal_code, business.city, business.country)
    return ", ".join(part for part in parts if part) or None
