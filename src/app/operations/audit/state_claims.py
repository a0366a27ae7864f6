"""Claims compared with their appointments: active <=> complete claims (booking.md 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from app.database import AnyRow, db
from app.models import Claim, Order, Segment
from app.operations.audit.findings import Finding
from app.operations.audit.reading import LEAST_ID
from app.support.free_time import BUCKET_MINUTES
from app.support.wall_time import minute_of
from app.support.words import ACTIVE_APPOINTMENT

CHUNK = 200
_MOST_NAMED = 3

_has_claims = select(Claim.order_id).where(Claim.order_id == Order.id).exists()
_has_segments = select(Segment.order_id).where(Segment.order_id == Order.id).exists()
_TAKING = (
    select(Order.id, Order.order_number, Order.status, Order.starts_at, Order.ends_at)
    .where(
        Order.id > bindparam("after"),
        or_(
            Order.status.in_(ACTIVE_APPOINTMENT) & Order.starts_at.is_not(None),
            _has_claims,
            _has_segments,
        ),
    )
    .order_by(Order.id)
    .limit(CHUNK)
)
_CLAIMS = (
    select(Claim.order_id, Claim.resource_id, Claim.bucket, Claim.lane)
    .where(Claim.order_id.in_(bindparam("ids", expanding=True)))
    .order_by(Claim.order_id)
)
_SEGMENTS = (
    select(
        Segment.order_id,
        Segment.resource_id,
        Segment.lane,
        Segment.busy_start,
        Segment.busy_end,
    )
    .where(Segment.order_id.in_(bindparam("ids", expanding=True)))
    .order_by(Segment.order_id)
)


def count_taking() -> int:
    """How many appointments take time, about as many as are reported as progress."""
    return db.session.scalar(select(func.count(Segment.order_id.distinct()))) or 0


def verify_claims(progress: Callable[[int], None]) -> Iterator[Finding]:
    """Findings about appointments that take other time than their status says."""
    after = LEAST_ID
    while orders := db.session.execute(_TAKING, {"after": after}).all():
        ids = [order.id for order in orders]
        claims = _by_order(db.session.execute(_CLAIMS, {"ids": ids}))
        segments = _by_order(db.session.execute(_SEGMENTS, {"ids": ids}))
        for order in orders:
            words = list(_differences(order, claims.get(order.id, []), segments.get(order.id, [])))
            if words:
                said = "; ".join([f"its number is {order.order_number}", *words[:_MOST_NAMED]])
                yield Finding("claims_mismatch", "orders", order.id, words=said)
        progress(sum(1 for one in ids if one in segments))
        after = ids[-1]


def _by_order(rows: Any) -> dict[int, list[AnyRow]]:
    return {key: list(some) for key, some in groupby(rows, key=lambda row: row.order_id)}


def _differences(
    order: AnyRow, claims: Sequence[AnyRow], segments: Sequence[AnyRow]
) -> Iterator[str]:
    has = {(one.resource_id, one.bucket, one.lane) for one in claims}
    needs = {
        (one.resource_id, bucket, one.lane)
        for one in segments
        for bucket in range(one.busy_start // BUCKET_MINUTES, one.busy_end // BUCKET_MINUTES)
    }
    if missing := len(needs - has):
        yield f"{missing} of its claims are missing"
    if left := len(has - needs):
        yield f"{left} claims are not of its time"
    if order.starts_at is None:
        yield "it is no appointment and takes time"
    elif order.status in ACTIVE_APPOINTMENT:
        start, end = minute_of(order.starts_at), minute_of(order.ends_at)
        if not segments or any(one.busy_start > start or one.busy_end < end for one in segments):
            yield f"it is {order.status} and does not take all of its time"
    elif segments and order.status != "completed":
        yield f"it is {order.status} and still takes time"
