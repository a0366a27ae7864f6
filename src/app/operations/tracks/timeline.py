"""An order's timeline as an admin reads it: every event, by whom, and what people decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from app.database import AnyRow, db
from app.models import Device, Order, Track, User, Worker
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.support.words import is_withheld

_EVENTS = (
    select(
        Track.__table__,
        Worker.name.label("worker_name"),
        Device.name.label("device_name"),
        func.coalesce(User.username, User.name).label("user_name"),
    )
    .outerjoin(Worker, Worker.id == Track.worker_id)
    .outerjoin(Device, Device.id == Track.device_id)
    .outerjoin(User, User.id == Track.user_id)
    .where(Track.order_id == bindparam("order_id"))
    .order_by(Track.id.desc())
    .limit(bindparam("limit"))
)
_BEFORE = _EVENTS.where(Track.id < bindparam("before_id"))
_JUDGED = select(Track.target_event_id, Track.kind).where(
    Track.target_event_id.in_(bindparam("events", expanding=True))
)


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event, and the kinds of judgements about it."""

    row: AnyRow
    judged: frozenset[str]

    @property
    def is_voided(self) -> bool:
        return "void" in self.judged

    @property
    def is_withheld(self) -> bool:
        """Whether nobody decided yet about a scan that had no effect (words.WITHHELD)."""
        return (
            self.row.kind == "scan"
            and not self.judged
            and is_withheld((self.row.reasons or "").split(","))
        )

    @property
    def is_voidable(self) -> bool:
        return self.row.kind == "scan" and not self.is_voided


def list_timeline(
    order: Order, *, before_id: int | None = None, limit: int, actor: Actor
) -> list[TimelineEvent]:
    """The events of an order that arrived last, `limit` of those before `before_id`.

    Newest arrival first; two statements.
    """
    admins_only(actor)
    values: dict[str, Any] = {"order_id": order.id, "limit": limit}
    if before_id is None:
        rows = db.session.execute(_EVENTS, values).all()
    else:
        rows = db.session.execute(_BEFORE, values | {"before_id": before_id}).all()
    judged: dict[str, set[str]] = {}
    events = [row.event_id for row in rows if row.kind == "scan"]
    for target, kind in db.session.execute(_JUDGED, {"events": events}) if events else ():
        judged.setdefault(str(target), set()).add(kind)
    return [TimelineEvent(row, frozenset(judged.get(row.event_id, ()))) for row in rows]
