"""Reading the feed from a cursor on, each as far as they may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select

from app.database import db
from app.errors import Invalid
from app.models import FeedCounter, FeedEvent
from app.models.webhooks import COUNTER
from app.operations.actors import Actor
from app.operations.businesses.access import get_own_business

_OLDEST = select(func.min(FeedEvent.id)).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some events in their order, and the cursor from which to go on."""

    events: Sequence[FeedEvent]
    next_id: int


def read_events(*, after: int | None, business: str | None, limit: int, actor: Actor) -> Stretch:
    """The events beyond a cursor: of a business one runs, or of one's own orders; an admin sees all.

    Without a cursor, from the oldest that is kept. Raises BusinessNotFound; Invalid for a cursor
    beyond which something was pruned already, or that lies beyond the feed: the database may be an
    older one. One statement, so that all it says is of one moment, and one for the business.
    """
    shown: list[ColumnElement[bool]] = [FeedEvent.id <= FeedCounter.newest]
    if business is not None:
        shown.append(FeedEvent.business_id == get_own_business(business, actor=actor).id)
    elif not actor.is_admin:
        shown.append(FeedEvent.customer_id == actor.user_id)
    query = (
        select(FeedCounter.newest, _OLDEST, FeedEvent)
        .outerjoin(FeedEvent, and_(FeedEvent.id > (after or 0), *shown))
        .where(FeedCounter.id == COUNTER)
        .order_by(FeedEvent.id)
        .limit(limit)
    )
    rows = db.session.execute(query).all()
    newest, oldest = (rows[0][0], rows[0][1]) if rows else (0, None)
    begin = newest if oldest is None else oldest - 1
    if after is not None and not begin <= after <= newest:
        raise Invalid.field(
            "after",
            "This is no place in the feed any more. Read anew what you keep, and begin without it.",
        )
    events = [event for _, _, event in rows if event is not None]
    return Stretch(events, events[-1].id if len(events) == limit else newest)
