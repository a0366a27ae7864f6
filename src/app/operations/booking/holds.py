"""Holds: a time that a customer has for some minutes, until they book it or it lapses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.orm import aliased

from app.database import connection, db
from app.database.prepared import Prepared
from app.errors import Conflict
from app.extensions import bounds
from app.models import Order, Segment
from app.operations.actors import SYSTEM
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.tracks.commands import command_status
from app.support.free_time import LONGEST_VISIT_MINUTES
from app.support.opening_hours import Span

HOLD_MINUTES: Final = 10
MOST_HELD: Final = 3
"""Times of one business that a customer may hold at once: nobody holds all of it."""

_other = aliased(Segment)
_HAS_LAPSED = (Order.status == "held", Order.hold_expires_at <= bindparam("at"))
_IN_THE_WAY = Prepared(
    select(_other.order_id, _other.resource_id)
    .select_from(Segment)
    .join(Order, Order.id == Segment.order_id)
    .join(_other, _other.order_id == Segment.order_id)
    .where(
        Segment.resource_id.in_(bindparam("ids", expanding=True)),
        Segment.busy_start > bindparam("earliest"),
        Segment.busy_start < bindparam("end"),
        Segment.busy_end > bindparam("begin"),
        *_HAS_LAPSED,
    )
    .distinct()
)
_LOCK_LAPSED = Prepared(
    update(Order)
    .where(Order.id == bindparam("order_id"), *_HAS_LAPSED)
    .values(version=Order.version + 1, updated_at=bindparam("now", type_=Order.updated_at.type))
)
_LIVE = Prepared(
    select(func.count().label("held")).where(
        Order.customer_id == bindparam("customer_id"),
        Order.business_id == bindparam("business_id"),
        Order.status == "held",
        Order.hold_expires_at > bindparam("at"),
    )
)

_TO_COME = Prepared(
    select(func.count().label("visits")).where(
        Order.customer_id == bindparam("customer_id"),
        Order.business_id == bindparam("business_id"),
        Order.ends_at > bindparam("at", type_=Order.ends_at.type),
        or_(
            Order.status.in_(("created", "confirmed")),
            and_(Order.status == "held", Order.hold_expires_at > bindparam("at")),
        ),
    )
)

Holds = dict[int, set[int]]
"""The resources of each hold, by the order's id."""


def find_lapsed_holds(resource_ids: Collection[int], span: Span, at: datetime) -> Holds:
    """The holds that have lapsed and still have a part of a span of these calendars; one statement."""
    begin, end = span
    values = {
        "ids": sorted(resource_ids),
        "earliest": begin - LONGEST_VISIT_MINUTES,
        "begin": begin,
        "end": end,
        "at": at,
    }
    found: Holds = defaultdict(set)
    if resource_ids:
        for order_id, resource_id in _IN_THE_WAY.rows(connection(), values):
            found[order_id].add(resource_id)
    return found


def lapse(order_ids: Iterable[int], *, at: datetime) -> None:
    """Let holds lapse whose calendars are locked, so that nothing of them is taken any more.

    The conditional update decides: of a hold that was booked or has lapsed already nothing
    changes. They are locked in ascending id.
    """
    for order_id in sorted(order_ids):
        values = {"order_id": order_id, "at": at, "now": at}
        if not _LOCK_LAPSED.change(connection(), values):
            continue
        order = db.session.get_one(Order, order_id, populate_existing=True)
        track = command_status(order, "expired", reason=None, at=at, actor=SYSTEM)
        record(actions.APPOINTMENT_EXPIRED, order, actor=SYSTEM, event_id=track.event_id)


def refuse_more_holds(business_id: int, customer_id: int, *, at: datetime) -> None:
    """Raise Conflict for a customer who holds as much of a business as anybody may; one statement.

    Their own calendar is locked: of two holds at once the second one counts the first.
    """
    values = {"customer_id": customer_id, "business_id": business_id, "at": at}
    (row,) = _LIVE.rows(connection(), values)
    if row.held >= MOST_HELD:
        problem = f"You hold {MOST_HELD} times here already: book one of them, or let one go."
        raise Conflict(problem, details={"hold": [problem]})


def refuse_more_visits(business_id: int, customer_id: int, *, at: datetime) -> None:
    """Raise Conflict for a customer who has taken as many times to come as the settings let anybody.

    What is held counts, so that taking up a hold needs no look. As above, the second of two at once
    counts the first. One statement.
    """
    values = {"customer_id": customer_id, "business_id": business_id, "at": at}
    (row,) = _TO_COME.rows(connection(), values)
    if row.visits >= bounds.open_appointments:
        problem = f"You have {bounds.open_appointments} appointments to come here already."
        raise Conflict(problem, details={"appointments": [problem]})
