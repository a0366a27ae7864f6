"""A person's inbox: what is in it, what was read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update

from app.database import db
from app.database.guard import UNRECORDED
from app.errors import NotFound
from app.models import Notification
from app.operations.actors import Actor

MOST_COUNTED: Final = 99
"""An inbox with more unread news than that is just full: the count stays cheap."""


def list_notifications(
    *, unread: bool = False, after_id: int | None, limit: int, actor: Actor
) -> Sequence[Notification]:
    """The actor's news, the newest first; with `unread` those not read yet."""
    query = select(Notification).where(Notification.user_id == actor.user_id)
    if unread:
        query = query.where(Notification.read_at.is_(None))
    if after_id is not None:
        query = query.where(Notification.id < after_id)
    return db.session.scalars(query.order_by(Notification.id.desc()).limit(limit)).all()


def count_notifications(*, unread: bool = False, most: int, actor: Actor) -> int:
    """How many of the actor's news there are, up to `most` and one more."""
    some = select(Notification.id).where(Notification.user_id == actor.user_id)
    if unread:
        some = some.where(Notification.read_at.is_(None))
    counted = some.limit(most + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(counted)) or 0


def read_notification(notification_id: int, *, at: datetime, actor: Actor) -> Notification:
    """Note that the actor has read one; a second time changes nothing.

    Raises NotFound for what is not theirs.
    """
    query = select(Notification).where(
        Notification.id == notification_id, Notification.user_id == actor.user_id
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    if found.read_at is None:
        _mark([found.id], at)
        db.session.refresh(found)
    return found


def read_all_notifications(*, until_id: int | None = None, at: datetime, actor: Actor) -> int:
    """Note that the actor has read all, or all up to the newest one that was seen; how many more."""
    change = (
        update(Notification)
        .where(Notification.user_id == actor.user_id, Notification.read_at.is_(None))
        .values(read_at=at)
        .execution_options(synchronize_session=False, **UNRECORDED)
    )
    if until_id is not None:
        change = change.where(Notification.id <= until_id)
    return db.session.connection().execute(change).rowcount


def _mark(ids: Sequence[int], at: datetime) -> None:
    change = (
        update(Notification)
        .where(Notification.id.in_(ids), Notification.read_at.is_(None))
        .values(read_at=at)
        .execution_options(synchronize_session=False, **UNRECORDED)
    )
    db.session.connection().execute(change)
