"""There is always an active admin: whoever takes one away leaves another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from app.database import db
from app.errors import LastAdmin
from app.models import User

_ACTIVE_ADMINS = (
    select(User.id)
    .where(User.role == "admin", User.is_active.is_(True))
    .order_by(User.id)
    .with_for_update()
)


def keep_an_admin(user_id: int, *, at: datetime) -> None:
    """Raise LastAdmin when this account is the only active admin (contract.md 8); to be recorded.

    Called before an admin is demoted, deactivated or closed, and before that row is read: the
    active admins are locked in ascending id, so that of two who take each other away one waits,
    and then finds itself the last. The one that stays is written to as well: nodes of a cluster
    do not see each other's locks, and certify the rows that were written.
    """
    admins = db.session.scalars(_ACTIVE_ADMINS).all()
    if user_id not in admins:
        return
    others = [admin for admin in admins if admin != user_id]
    if not others:
        raise LastAdmin
    db.session.connection().execute(update(User).where(User.id == others[0]).values(updated_at=at))
