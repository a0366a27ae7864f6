"""The ledger in figures (ledger.md 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.database import db
from app.models import AuditEvent
from app.operations.actors import Actor
from app.operations.audit.logs import LogFilter, conditions
from app.operations.auth.rights import admins_only
from app.operations.ledger.actions import LOGIN_FAILED


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of a time; `total_logs` and `action_counts` count records.

    `failed_logins` counts logins, of which one record may stand for many.
    """

    total_logs: int
    unique_users: int
    failed_logins: int
    action_counts: dict[str, int]
    since: datetime | None
    until: datetime | None


def get_statistics(
    *, since: datetime | None = None, until: datetime | None = None, actor: Actor
) -> Statistics:
    """The figures from `since` (inclusive) until `until` (exclusive); two statements."""
    admins_only(actor)
    met = conditions(LogFilter(since=since, until=until))
    by_action = select(AuditEvent.action, func.count()).where(*met).group_by(AuditEvent.action)
    action_counts = dict(iter(db.session.execute(by_action.order_by(AuditEvent.action))))
    failed = select(func.sum(AuditEvent.count)).where(AuditEvent.action == LOGIN_FAILED.word, *met)
    users = select(func.count(AuditEvent.user_id.distinct())).where(*met)
    row = db.session.execute(select(users.scalar_subquery(), failed.scalar_subquery())).one()
    return Statistics(
        total_logs=sum(action_counts.values()),
        unique_users=row[0],
        failed_logins=int(row[1] or 0),
        action_counts=action_counts,
        since=since,
        until=until,
    )
