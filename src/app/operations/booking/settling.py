"""What nobody does by hand: holds that were not taken up expire, and who did not come is marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import BindParameter, Select, bindparam, exists, or_, select

from app.database import db, reading
from app.errors import Conflict
from app.models import Order, Track
from app.operations.actors import SYSTEM
from app.operations.booking.life import take_step
from app.operations.ledger import actions
from app.operations.ledger.actions import Action
from app.operations.outbox.deliver import Trying
from app.operations.tracks.visits import WINDOW

BATCH: Final = 100
LOOKS_BACK: Final = timedelta(days=2)
"""How far a look that comes every minute looks; the first one of all looks at everything."""

_EVER: Final = timedelta(days=36_500)
_AT = bindparam("at", type_=Order.ends_at.type)
_AFTER: BindParameter[int] = bindparam("after_id")

_voided = Track.__table__.alias("voided")
_WAS_SEEN = exists().where(
    Track.order_id == Order.id,
    Track.kind == "scan",
    Track.action.in_(("processing", "completed", "scanned")),
    or_(Track.action != "scanned", ~Track.reasons.contains("outside_window")),
    ~exists().where(_voided.c.target_event_id == Track.event_id, _voided.c.kind == "void"),
)
_live = select(Order).where(Order.deleted_at.is_(None), Order.id > _AFTER).order_by(Order.id)
_HELD_TOO_LONG = _live.where(Order.status == "held", Order.hold_expires_at <= _AT)
_NOBODY_CAME = _live.where(
    Order.status.in_(("created", "confirmed")),
    Order.ends_at <= bindparam("ended_by", type_=Order.ends_at.type),
    Order.ends_at > bindparam("since", type_=Order.ends_at.type),
    ~_WAS_SEEN,
)


@dataclass(frozen=True, slots=True)
class Settled:
    """How many appointments a look has settled."""

    expired: int
    no_shows: int


def settle_appointments(
    *,
    at: datetime,
    since: datetime | None = None,
    trying: Trying,
    may_go_on: Callable[[], bool] = lambda: True,
) -> Settled:
    """Settle what is due, each appointment in a transaction of its own.

    A hold is over at its time. Somebody did not come when an hour has passed since the end, and no
    scan has seen them, not even one that is still to be reviewed (booking.md 4). `since` bounds the
    ends that are looked at.
    """
    bounds = {"at": at, "ended_by": at - WINDOW, "since": since or at - _EVER}
    steps = (
        (_HELD_TOO_LONG, "expired", actions.APPOINTMENT_EXPIRED),
        (_NOBODY_CAME, "no_show", actions.APPOINTMENT_NO_SHOW),
    )
    return Settled(
        *(_settle(*step, bounds=bounds, trying=trying, may_go_on=may_go_on) for step in steps)
    )


def _settle(
    due: Select[Order],
    status: str,
    word: Action,
    *,
    bounds: dict[str, Any],
    trying: Trying,
    may_go_on: Callable[[], bool],
) -> int:
    settled, after_id = 0, 0
    while ids := trying(partial(_look, due, bounds | {"after_id": after_id})):
        for order_id in ids:
            if not may_go_on():
                return settled
            with suppress(Conflict):  # somebody is at it: a person, a scan, another sweep
                settled += trying(partial(_take, due, order_id, status, word, bounds))
        after_id = ids[-1]
    return settled


def _look(due: Select[Order], bounds: dict[str, Any]) -> Sequence[int]:
    with reading() as session:
        return session.scalars(due.with_only_columns(Order.id).limit(BATCH), bounds).all()


def _take(
    due: Select[Order], order_id: int, status: str, word: Action, bounds: dict[str, Any]
) -> bool:
    """Take the step, if it is still due: another sweep or a person may have been faster."""
    order = db.session.scalar(due.where(Order.id == order_id), bounds | {"after_id": 0})
    if order is None:
        return False
    take_step(order, status, word=word, at=bounds["at"], actor=SYSTEM)
    return True
