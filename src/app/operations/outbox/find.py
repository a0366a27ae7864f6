"""What waits and what was given up: the list, and the figures of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, func, select

from app.database import db
from app.models import OutboxMessage
from app.operations.outbox.lease import IS_WAITING, LONGEST_PAUSE
from app.support import clock

COUNTED_TO: Final = 10_000
"""A figure of this size means at least so many: a look at the outbox stays cheap without a sender."""

SENT_WITHIN: Final = timedelta(minutes=10)
"""By a sender that runs, with room for a restart."""

IS_DEAD = and_(OutboxMessage.sent_at.is_(None), OutboxMessage.dead_at.is_not(None))


def _count(which: ColumnElement[bool]) -> ColumnElement[int]:
    some = select(OutboxMessage.id).where(which).limit(COUNTED_TO).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


# Nothing is put off by more than an hour: what is due later is a reminder, which nobody waits for.
_IS_WAITED_FOR = and_(
    IS_WAITING,
    OutboxMessage.due_at <= bindparam("until", type_=OutboxMessage.due_at.type),
    OutboxMessage.created_at <= bindparam("at", type_=OutboxMessage.created_at.type),
)
_oldest = (
    select(OutboxMessage)
    .with_hint(OutboxMessage, "FORCE INDEX (ix_outbox_sent_at_dead_at_id)", "mysql")
    .where(_IS_WAITED_FOR)
    .order_by(OutboxMessage.id)
    .limit(1)
)
_CONDITION = select(
    _count(_IS_WAITED_FOR).label("waiting"),
    _count(IS_DEAD).label("dead"),
    _oldest.with_only_columns(OutboxMessage.created_at).scalar_subquery().label("oldest_at"),
    _oldest.with_only_columns(OutboxMessage.attempts).scalar_subquery().label("oldest_attempts"),
)


@dataclass(frozen=True, slots=True)
class Condition:
    """How the outbox stands; `oldest_at` and `oldest_attempts` are of the oldest unsent message."""

    waiting: int
    dead: int
    oldest_at: datetime | None
    oldest_attempts: int | None

    def age_at(self, at: datetime) -> timedelta:
        """For how long the oldest unsent message has been waiting."""
        return timedelta() if self.oldest_at is None else max(at - self.oldest_at, timedelta())


def get_condition() -> Condition:
    """The outbox's condition, without what is to be told later; one statement, however much waits."""
    at = clock.now()
    now = {"at": at, "until": at + LONGEST_PAUSE}
    return Condition(*db.session.execute(_CONDITION, now).one())


def list_messages(*, dead: bool, limit: int) -> Sequence[OutboxMessage]:
    """The messages that wait, or those that were given up, the oldest first."""
    query = select(OutboxMessage).where(IS_DEAD if dead else IS_WAITING)
    order = (OutboxMessage.dead_at, OutboxMessage.id) if dead else (OutboxMessage.id,)
    return db.session.scalars(query.order_by(*order).limit(limit)).all()
