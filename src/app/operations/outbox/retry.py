"""Trying again what waits for its time or was given up, once its receiver has been mended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import bindparam, select, update

from app.database import db, reading
from app.database.guard import UNRECORDED
from app.models import OutboxMessage
from app.operations.outbox.find import IS_DEAD
from app.support import clock

BATCH: Final = 500

_AGAIN = (
    update(OutboxMessage)
    .where(
        OutboxMessage.id.in_(bindparam("ids", expanding=True)),
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.lease.is_(None),
    )
    .values(dead_at=None, attempts=0, due_at=bindparam("at", type_=OutboxMessage.due_at.type))
    .execution_options(**UNRECORDED)
)
_DEAD = select(OutboxMessage.id).where(IS_DEAD).order_by(OutboxMessage.dead_at).limit(BATCH)


def retry_messages(ids: Collection[int]) -> int:
    """Let these be sent at once, as if never tried; how many were neither sent nor in hand."""
    now = clock.now()
    return db.session.connection().execute(_AGAIN, {"ids": list(ids), "at": now}).rowcount


def retry_dead() -> int:
    """Let the next 500 of those that were given up be sent at once; 0 once there are none."""
    with reading() as session:
        ids: Sequence[int] = session.scalars(_DEAD).all()
    return retry_messages(ids) if ids else 0
