"""The only writer of claims: what two appointments cannot both have (booking.md 2)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.database import connection
from app.database.faults import violated
from app.database.prepared import Prepared
from app.errors import SlotUnavailable
from app.models import Claim, Segment
from app.operations.calendars.lanes import Span, give_lanes
from app.operations.calendars.locking import touch_calendars
from app.support.free_time import BUCKET_MINUTES

_KEY = ("PRIMARY", "pk_claims")
"""What MariaDB and SQLite call the primary key."""


def _values(*columns: str) -> dict[str, object]:
    return {name: bindparam(name) for name in columns}


_CLAIM = Prepared(insert(Claim).values(_values("resource_id", "bucket", "lane", "order_id")))
_SEGMENT = Prepared(
    insert(Segment).values(_values("order_id", "resource_id", "lane", "busy_start", "busy_end"))
)
_TAKEN = Prepared(
    select(Segment.resource_id, Segment.busy_end).where(Segment.order_id == bindparam("order_id"))
)
_of_order = Claim.order_id == bindparam("order_id")
_CLAIMS_AFTER = Prepared(delete(Claim).where(_of_order, Claim.bucket >= bindparam("bucket")))
_SEGMENTS_AFTER = Prepared(
    delete(Segment).where(
        Segment.order_id == bindparam("order_id"), Segment.busy_start >= bindparam("minute")
    )
)
_SHORTEN = Prepared(
    update(Segment)
    .where(Segment.order_id == bindparam("order_id"), Segment.busy_end > bindparam("minute"))
    .values(busy_end=bindparam("minute"))
)


def take(order_id: int, spans: Sequence[Span], *, is_squeezed: bool = False) -> list[Span]:
    """Let an appointment have these stretches of calendars that are locked; each with its lane.

    At most three statements. Raises SlotUnavailable: where no lane is free, and where the primary
    key finds that somebody has one of them, whatever was read.
    """
    given = give_lanes(spans, is_squeezed=is_squeezed)
    segments = [
        {
            "order_id": order_id,
            "resource_id": span.resource_id,
            "lane": span.lane,
            "busy_start": span.start,
            "busy_end": span.end,
        }
        for span in given
    ]
    claims = sorted(
        (span.resource_id, bucket, span.lane) for span in given for bucket in span.buckets
    )
    names = ("resource_id", "bucket", "lane")
    here = connection()
    _SEGMENT.each(here, segments)
    try:
        _CLAIM.each(
            here, [{**dict(zip(names, key, strict=True)), "order_id": order_id} for key in claims]
        )
    except IntegrityError as error:
        if violated(error) in _KEY:
            raise SlotUnavailable from None
        raise
    return given


def free(order_id: int, *, after: int | None = None) -> None:
    """Give back what an appointment has, all of it or what lies after an epoch minute.

    Raises the versions of the calendars concerned, which locks them. The five minutes in which
    `after` lies stay taken. What has nothing (any more) is left alone: one statement.
    """
    here = connection()
    minute = -1 if after is None else -(-after // BUCKET_MINUTES) * BUCKET_MINUTES
    taken = _TAKEN.rows(here, {"order_id": order_id})
    if ids := [row.resource_id for row in taken if row.busy_end > minute]:
        touch_calendars(ids)
        bounds = {"order_id": order_id, "minute": minute, "bucket": minute // BUCKET_MINUTES}
        _CLAIMS_AFTER.change(here, bounds)
        _SEGMENTS_AFTER.change(here, bounds)
        if after is not None:
            _SHORTEN.change(here, bounds)
