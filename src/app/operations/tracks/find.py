"""Reading tracks: lists, one order's events, and what the holder of a label may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from app.database import db
from app.errors import NotFound
from app.models import Order, OrderAlias, Track
from app.models.orders import SUPERSEDED_LABEL
from app.operations.actors import Actor, Role
from app.operations.tracks.fold import State, advance
from app.operations.tracks.histories import entries_of
from app.support.label_codes import Label, find_label

COUNT_CAP = 10_000
_TRACKS = select(Track.__table__, Order.order_number).outerjoin(Order, Order.id == Track.order_id)


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
    """The events that the actor may see, newest first, beyond the one with `after_id`."""
    query = _seen_by(actor, _filtered(_TRACKS, wanted)).order_by(Track.id.desc()).limit(limit)
    if after_id is not None:
        query = query.where(Track.id < after_id)
    return [dict(row) for row in db.session.execute(query).mappings()]


def count_tracks(wanted: TrackFilter, *, actor: Actor) -> int:
    """How many events match, counted to 10,000 at most."""
    some = _seen_by(actor, _filtered(_TRACKS, wanted)).limit(COUNT_CAP).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _filtered(query: Select[Any], wanted: TrackFilter) -> Select[Any]:
    if wanted.order_id is not None:
        query = query.where(Track.order_id == wanted.order_id)
    if wanted.worker_id is not None:
        query = query.where(Track.worker_id == wanted.worker_id)
    if wanted.action is not None:
        query = query.where(Track.action == wanted.action)
    if wanted.start is not None:
        query = query.where(Track.received_at >= wanted.start)
    if wanted.end is not None:
        query = query.where(Track.received_at < wanted.end)
    return query


def _seen_by(actor: Actor, query: Select[Any]) -> Select[Any]:
    if actor.role is Role.CUSTOMER:
        return query.where(Order.customer_id == actor.user_id, Order.deleted_at.is_(None))
    return query


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
    """An order as the holder of its label sees it: no name, contact, note or worker."""

    order: Order
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
    rows = db.session.execute(
        select(Track.__table__, Track.location.label("event_location")).where(
            Track.order_id == order.id
        )
    ).all()
    state = State(since=order.created_at)
    steps = [PublicStep(state.status, state.since)]
    for entry in sorted(entries_of(rows), key=lambda one: one.key):
        state, step = advance(state, entry, order.piece_count)
        if step.after != step.before:
            steps.append(PublicStep(state.status, state.since))
    return Tracking(order, state, tuple(steps))


def _labelled_order(code: str) -> Order | None:
    query = select(Order).where(Order.label_code == code, Order.deleted_at.is_(None))
    if (order := db.session.scalar(query)) is not None:
        return order
    replaced = (
        select(Order)
        .join(OrderAlias, OrderAlias.order_id == Order.id)
        .where(
            OrderAlias.alias == code,
            OrderAlias.kind == SUPERSEDED_LABEL,
            Order.deleted_at.is_(None),
        )
    )
    return db.session.scalar(replaced)
