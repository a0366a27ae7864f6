"""Reading tracks: lists, one order's events, and what the holder of a label may know."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from app.database import connection, db
from app.database.prepared import Prepared
from app.errors import NotFound
from app.models import Order, OrderAlias, Track
from app.models.businesses import HOUSE
from app.models.orders import SUPERSEDED_LABEL
from app.operations.actors import Actor, Role
from app.operations.tracks.fold import State, advance
from app.operations.tracks.histories import entries_of, first_state_of
from app.support.label_codes import Label, find_label

_EVENTS = Prepared(
    select(
        Track.event_id,
        Track.kind,
        Track.target_event_id,
        Track.action,
        Track.effective_at,
        Track.seq,
        Track.clock,
        Track.forced,
        Track.result,
        Track.reasons,
        Track.piece,
        Track.worker_id,
        Track.location.label("event_location"),
        Track.lat_e6,
        Track.lon_e6,
        Track.license,
    ).where(Track.order_id == bindparam("order_id"))
)
_labelled = select(*Order.__mapper__.columns).where(Order.deleted_at.is_(None))
_LABELLED = Prepared(_labelled.where(Order.label_code == bindparam("code")))
_LABELLED_BEFORE = Prepared(
    _labelled.join(OrderAlias, OrderAlias.order_id == Order.id).where(
        OrderAlias.alias == bindparam("code"), OrderAlias.kind == SUPERSEDED_LABEL
    )
)

COUNT_CAP = 10_000
_TRACKS = select(Track.__table__, Order.order_number).outerjoin(Order, Order.id == Track.order_id)
_NEWEST_FIRST = (Track.received_at.desc(), Track.id.desc())


_last = Track.__table__.alias("last")
_ARRIVED = select(_last.c.received_at).where(_last.c.id == bindparam("after_id"))
_END = bindparam("end", type_=Track.received_at.type)


def _before(arrival: Select[datetime]) -> ColumnElement[bool]:
    """What arrived before the last row of a page; its time is the one upper bound (SQLite takes one)."""
    arrived = arrival.scalar_subquery()
    is_earlier = or_(Track.received_at < arrived, Track.id < bindparam("after_id"))
    return and_(Track.received_at <= arrived, is_earlier)


_CONDITIONS = {
    "customer_id": and_(Order.customer_id == bindparam("customer_id"), Order.deleted_at.is_(None)),
    "business_id": Order.business_id == bindparam("business_id"),
    "house_id": or_(Track.order_id.is_(None), Order.business_id == bindparam("house_id")),
    "order_id": Track.order_id == bindparam("order_id"),
    "worker_id": Track.worker_id == bindparam("worker_id"),
    "action": Track.action == bindparam("action"),
    "start": Track.received_at >= bindparam("start", type_=Track.received_at.type),
    "end": Track.received_at < _END,
    "after_id": _before(_ARRIVED),
    "after_id and end": _before(_ARRIVED.where(_last.c.received_at < _END)),
}


@dataclass(frozen=True, slots=True)
class TrackFilter:
    """What of the tracks is wanted; start inclusive, end exclusive, by time of arrival."""

    order_id: int | None = None
    worker_id: int | None = None
    action: str | None = None
    start: datetime | None = None
    end: datetime | None = None


def list_tracks(
    wanted: TrackFilter, *, after_id: int | None, limit: int, actor: Actor
) -> list[dict[str, Any]]:
    """The events that the actor may see, newest first, beyond the one with `after_id`.

    Newest is what arrived last. Each filter's index leads to a time of arrival and alone finds the
    page: rows that are not shown are not read, wherever the page is.
    """
    given = _given(wanted, actor, after_id=after_id)
    rows = db.session.execute(_page(tuple(given)), given | {"limit": limit})
    return [dict(row) for row in rows.mappings()]


def count_tracks(wanted: TrackFilter, *, actor: Actor) -> int:
    """How many events match, counted to 10,000 at most."""
    given = _given(wanted, actor)
    return db.session.scalar(_count(tuple(given)), given) or 0


def _given(wanted: TrackFilter, actor: Actor, **more: Any) -> dict[str, Any]:
    """The values by which the events are chosen, by the names of their conditions."""
    values = asdict(wanted) | more
    return _own(actor) | {name: value for name, value in values.items() if value is not None}


def _own(actor: Actor) -> dict[str, Any]:
    """What is the actor's: a customer's orders, a business's; scans of no order are the house's."""
    if actor.role is Role.CUSTOMER:
        return {"customer_id": actor.user_id}
    if actor.role is Role.WORKER:
        return {"house_id" if actor.business_id == HOUSE else "business_id": actor.business_id}
    return {}


@cache
def _ids(names: tuple[str, ...]) -> Select[int]:
    """The ids of what meets these conditions."""
    ids = select(Track.id)
    if "customer_id" in names or "business_id" in names:
        ids = ids.join(Order, Order.id == Track.order_id)
    elif "house_id" in names:
        ids = ids.outerjoin(Order, Order.id == Track.order_id)
    if "after_id" in names and "end" in names:
        others = [name for name in names if name not in ("after_id", "end")]
        names = (*others, "after_id and end")
    return ids.where(*(_CONDITIONS[name] for name in names))


@cache
def _page(names: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    page = _ids(names).order_by(*_NEWEST_FIRST).limit(bindparam("limit")).subquery("page")
    return _TRACKS.join(page, page.c.id == Track.id).order_by(*_NEWEST_FIRST)


@cache
def _count(names: tuple[str, ...]) -> Select[int]:
    return select(func.count()).select_from(_ids(names).limit(COUNT_CAP).subquery())


def list_order_tracks(order: Order) -> list[dict[str, Any]]:
    """All events of one order, in the order in which they happened."""
    query = _TRACKS.where(Track.order_id == order.id)
    query = query.order_by(Track.effective_at, func.coalesce(Track.seq, 0), Track.event_id)
    return [dict(row) for row in db.session.execute(query).mappings()]


@dataclass(frozen=True, slots=True)
class PublicStep:
    """A status that an order reached, and when."""

    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tracking:
    """An order as the holder of its label sees it: no name, contact, note or worker.

    `order` has the columns of an Order by their names.
    """

    order: Any
    state: State
    timeline: tuple[PublicStep, ...]


def get_tracking(code: str) -> Tracking:
    """The public view of the order that a label code names, an older label's too.

    Raises NotFound, the same for mistyped, unknown and deleted.
    """
    label = find_label(code)
    order = _labelled_order(label.code) if isinstance(label, Label) else None
    if order is None:
        raise NotFound
    rows = _EVENTS.rows(connection(), {"order_id": order.id})
    state = first_state_of(order)
    steps = [PublicStep(state.status, state.since)]
    for entry in sorted(entries_of(rows), key=lambda one: one.key):
        state, step = advance(state, entry, order.piece_count)
        if step.after != step.before:
            steps.append(PublicStep(state.status, state.since))
    return Tracking(order, state, tuple(steps))


def _labelled_order(code: str) -> Any | None:
    values = {"code": code}
    return _LABELLED.first(connection(), values) or _LABELLED_BEFORE.first(connection(), values)
