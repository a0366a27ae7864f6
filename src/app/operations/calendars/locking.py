"""The lock of calendars: the first write of every transaction that changes one (booking.md 2)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select, update

from app.database import connection
from app.database.prepared import Prepared
from app.models import Resource, Segment

_RAISE = Prepared(
    update(Resource)
    .where(Resource.id.in_(bindparam("ids", expanding=True)))
    .values(calendar_version=Resource.calendar_version + 1)
)
_TAKEN_BY = Prepared(
    select(Segment.resource_id).where(Segment.order_id == bindparam("order_id")).distinct()
)


def touch_calendars(resource_ids: Collection[int]) -> None:
    """Lock calendars, in ascending id, and raise their versions; one statement.

    Called before anything is written of what they are made of: hours, time off, abilities, what is
    taken. What is read of them afterwards stays as it is until this transaction ends, and that
    decides: whether a resource is (still) active, too.
    """
    if ids := sorted(set(resource_ids)):
        _RAISE.change(connection(), {"ids": ids})


def calendars_of(order_id: int) -> list[int]:
    """The calendars in which an appointment has something now, ascending; one statement."""
    rows = _TAKEN_BY.rows(connection(), {"order_id": order_id})
    return sorted(row.resource_id for row in rows)


def lock_calendars_of(order_id: int) -> None:
    """Lock what an appointment takes time of, before the order itself is locked.

    Whoever locks the order first and frees its time then may meet somebody who does it in this
    order: a deadlock, which costs a replay.
    """
    touch_calendars(calendars_of(order_id))
