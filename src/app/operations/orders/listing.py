"""The list of all orders as an admin filters it, newest first, each filter along its index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.database import db
from app.models import Order, Track
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.orders.find import BY_ID, BY_STATUS
from app.operations.orders.late import UNFINISHED, is_late
from app.operations.tracks.waiting import WAITS_FOR
from app.support.words import UNSEEN

MOST_FLAGGED = 500
"""Scans of each kind that are looked through for orders with one to review."""

MOST_COMMON = "delivered"
"""After some time nearly all orders are: among them the dates lead, among others the status."""

_BY_TIME = "FORCE INDEX (ix_orders_created_at_id)"


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders are wanted; `since` is inclusive, `until` not.

    `late` are those that are late now (operations/orders/late.py), `flagged` those with a scan of
    the last 30 days that waits for a person.
    """

    status: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    late: bool = False
    flagged: bool = False


def list_filtered_orders(
    wanted: OrderFilter,
    *,
    after_id: int | None,
    limit: int,
    at: datetime,
    zone: ZoneInfo,
    actor: Actor,
) -> Sequence[Order]:
    """Orders newest first, `limit` of those beyond the order `after_id`; one statement.

    A range of dates is walked by the time of placing. Without one, or when a rare status is wanted,
    each status is walked by id: a late order is unfinished, and unfinished orders are few.
    """
    admins_only(actor)
    conditions = [Order.deleted_at.is_(None), *_placed(wanted)]
    if wanted.status is None:
        conditions.append(Order.status.not_in(UNSEEN))
    if wanted.late:
        conditions.append(is_late(at=at, zone=zone))
    if wanted.flagged:
        flagged = _flagged(at - WAITS_FOR)
        ids = select(Order.id).join(flagged, flagged.c.order_id == Order.id).where(*conditions)
        if wanted.status is not None:
            ids = ids.where(Order.status == wanted.status)
        return _by_time(ids, after_id, limit)
    is_dated = wanted.since is not None or wanted.until is not None
    if is_dated and wanted.status in (None, MOST_COMMON):
        ids = select(Order.id).where(*conditions).with_hint(Order, _BY_TIME, "mysql")
        if wanted.status is not None:  # spelled so that its index, in another order, is left alone
            ids = ids.where(func.coalesce(Order.status, "") == wanted.status)
        return _by_time(ids, after_id, limit)
    if wanted.status is not None:
        statuses: Sequence[str | None] = [wanted.status]
    else:
        statuses = UNFINISHED if wanted.late else [None]
    return _by_id([_walk(conditions, one, after_id, limit) for one in statuses], limit)


def _walk(
    conditions: list[ColumnElement[bool]], status: str | None, after_id: int | None, limit: int
) -> Select[int]:
    ids = select(Order.id).where(*conditions)
    if status is None:
        ids = ids.with_hint(Order, BY_ID, "mysql")
    else:
        ids = ids.where(Order.status == status).with_hint(Order, BY_STATUS, "mysql")
    if after_id is not None:
        ids = ids.where(Order.id < after_id)
    walk = ids.order_by(Order.id.desc()).limit(limit).subquery()
    return select(walk.c.id)


def _by_id(walks: list[Select[int]], limit: int) -> Sequence[Order]:
    page = union_all(*walks).subquery("page")
    return _load(page, limit, Order.id.desc())


def _by_time(ids: Select[int], after_id: int | None, limit: int) -> Sequence[Order]:
    newest = (Order.created_at.desc(), Order.id.desc())
    if after_id is not None:
        last = aliased(Order)
        placed_at = select(last.created_at).where(last.id == after_id).scalar_subquery()
        is_earlier = or_(Order.created_at < placed_at, Order.id < after_id)
        ids = ids.where(and_(Order.created_at <= placed_at, is_earlier))
    return _load(ids.order_by(*newest).limit(limit).subquery("page"), limit, *newest)


def _load(page: FromClause, limit: int, *newest: ColumnElement[Any]) -> Sequence[Order]:
    query = select(Order).join(page, page.c.id == Order.id).order_by(*newest).limit(limit)
    return db.session.scalars(query).all()


def _flagged(since: datetime) -> Subquery:
    judgement = aliased(Track)
    waiting = (
        select(Track.order_id)
        .where(
            Track.result == result,
            Track.received_at >= since,
            Track.kind == "scan",
            Track.order_id.is_not(None),
            ~exists().where(judgement.target_event_id == Track.event_id),
        )
        .order_by(Track.received_at.desc(), Track.id.desc())
        .limit(MOST_FLAGGED)
        .subquery()
        for result in ("flagged", "rejected")
    )
    scans = union_all(*(select(some.c.order_id) for some in waiting)).subquery("scans")
    return select(scans.c.order_id).distinct().subquery("flagged")


def _placed(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.since is not None:
        conditions.append(Order.created_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(Order.created_at < wanted.until)
    return conditions
