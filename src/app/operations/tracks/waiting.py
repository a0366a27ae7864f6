"""Scans that wait for a person: flagged or rejected, and judged by nobody yet (scans.md 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased

from app.database import db
from app.errors import NotFound
from app.models import Device, Order, Track, Worker
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.support.words import is_withheld

WAITS_FOR = timedelta(days=30)
"""How long a scan is counted and listed as waiting; later it is found among its order's scans."""

Kind = Literal["flagged", "unverified", "rejected", "quarantined"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_RESULTS = {"flagged": "flagged", "unverified": "flagged"} | dict.fromkeys(
    ("rejected", "quarantined"), "rejected"
)
_NEWEST_FIRST = (Track.received_at.desc(), Track.id.desc())
_JUDGEMENT = aliased(Track)
_IS_OPEN = and_(Track.kind == "scan", ~exists().where(_JUDGEMENT.target_event_id == Track.event_id))
_WITH_NAMES = (
    select(
        Track,
        Order.order_number,
        Worker.name.label("worker_name"),
        Device.name.label("device_name"),
    )
    .outerjoin(Order, Order.id == Track.order_id)
    .outerjoin(Worker, Worker.id == Track.worker_id)
    .outerjoin(Device, Device.id == Track.device_id)
)


@dataclass(frozen=True, slots=True)
class SeenScan:
    """A scan with the names of what it names, and what people decided about it, oldest first."""

    track: Track
    order_number: str | None
    worker_name: str | None
    device_name: str | None
    judgements: Sequence[Track] = ()

    @property
    def reasons(self) -> list[str]:
        return [reason for reason in self.track.reasons.split(",") if reason]

    @property
    def has_effect(self) -> bool:
        """Whether its order's status was folded with it."""
        return self.track.result != "rejected" and not is_withheld(self.reasons)

    @property
    def is_open(self) -> bool:
        return self.track.result != "accepted" and not self.judgements


def list_waiting(
    kind: Kind | None, *, after_id: int | None, limit: int, at: datetime, actor: Actor
) -> list[SeenScan]:
    """The scans of the last 30 days that wait, the newest first, beyond the one with `after_id`.

    Each result's index leads to their time; one statement.
    """
    admins_only(actor)
    since = at - WAITS_FOR
    each = [_ids(result, kind, since, after_id).limit(limit) for result in _results(kind)]
    if len(each) == 1:
        page = each[0].subquery("page")
    else:
        page = union_all(*(select(one.subquery()) for one in each)).subquery("page")
    query = _WITH_NAMES.join(page, page.c.id == Track.id).order_by(*_NEWEST_FIRST).limit(limit)
    return [SeenScan(*row) for row in db.session.execute(query)]


def count_waiting(*, at: datetime, kind: Kind | None = None) -> int:
    """How many scans of the last 30 days wait for a person; one statement."""
    since = at - WAITS_FOR
    counts = [
        select(func.count())
        .select_from(_ids(result, kind, since, None, is_sorted=False).subquery())
        .scalar_subquery()
        for result in _results(kind)
    ]
    return sum(db.session.execute(select(*counts)).one())


def get_scan(event_id: str, *, actor: Actor) -> SeenScan:
    """One scan, with what was decided about it; raises NotFound. Two statements."""
    admins_only(actor)
    found = db.session.execute(
        _WITH_NAMES.where(Track.event_id == event_id, Track.kind == "scan")
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such scan.")
    judged = select(Track).where(Track.target_event_id == event_id).order_by(Track.id)
    return SeenScan(*found, judgements=db.session.scalars(judged).all())


def _results(kind: Kind | None) -> tuple[str, ...]:
    return ("flagged", "rejected") if kind is None else (_RESULTS[kind],)


def _ids(
    result: str,
    kind: Kind | None,
    since: datetime,
    after_id: int | None,
    *,
    is_sorted: bool = True,
) -> Select[Any]:
    met = [Track.result == result, Track.received_at >= since, _IS_OPEN, *_of_kind(kind)]
    if after_id is not None:
        met.append(_beyond(after_id))
    query = select(Track.id).where(*met)
    return query.order_by(*_NEWEST_FIRST) if is_sorted else query


def _of_kind(kind: Kind | None) -> list[ColumnElement[bool]]:
    special = {"flagged": "unverified", "rejected": "quarantined"}
    if kind is None:
        return []
    is_special = Track.reasons.contains(special.get(kind, kind))
    return [~is_special] if kind in special else [is_special]


def _beyond(after_id: int) -> ColumnElement[bool]:
    """What arrived before the last row of a page."""
    last = Track.__table__.alias("last")
    arrived = select(last.c.received_at).where(last.c.id == after_id).scalar_subquery()
    is_earlier = or_(Track.received_at < arrived, Track.id < after_id)
    return and_(Track.received_at <= arrived, is_earlier)
