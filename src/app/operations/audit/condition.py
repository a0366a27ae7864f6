"""How the ledger stands, at a glance: what waits for a seal, and whether we have its keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.database import db
from app.extensions import signing_keys
from app.models import AuditEvent, AuditSeal, Track

SEALED_WITHIN = timedelta(minutes=10)
"""By a timer that runs every 30 seconds, with room for a restart."""

_NEWEST_KEY = select(AuditEvent.key_id).order_by(AuditEvent.id.desc()).limit(1)
_SEAL_KEYS = select(AuditSeal.key_id).distinct()


@dataclass(frozen=True, slots=True)
class Condition:
    """`oldest_unsealed_at` is the time of the oldest record without a seal, None when all have one."""

    oldest_unsealed_at: datetime | None
    unknown_keys: tuple[str, ...]

    def is_overdue(self, at: datetime) -> bool:
        """Whether the timer that seals seems not to run."""
        oldest = self.oldest_unsealed_at
        return oldest is not None and at - oldest > SEALED_WITHIN


def get_condition() -> Condition:
    """The ledger's condition; three statements, and nothing is proved."""
    return Condition(find_oldest_unsealed(), list_unknown_keys())


def find_oldest_unsealed() -> datetime | None:
    """The time of the oldest record without a seal; None when all have one."""
    first_of_each = [
        select(func.min(AuditEvent.at)).where(AuditEvent.seal_id.is_(None)).scalar_subquery(),
        select(func.min(Track.received_at)).where(Track.seal_id.is_(None)).scalar_subquery(),
    ]
    waiting = [one for one in db.session.execute(select(*first_of_each)).one() if one is not None]
    return min(waiting, default=None)


def list_unknown_keys() -> tuple[str, ...]:
    """The keys, of the newest record and of every seal, that this installation does not have."""
    used = {*db.session.scalars(_NEWEST_KEY), *db.session.scalars(_SEAL_KEYS)}
    return tuple(sorted(used - signing_keys.ring.by_id.keys()))
