"""Which licenses are void, as one signed list that a phone keeps (licenses.md 2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select, union

from app.database import db
from app.extensions import signing_keys
from app.models import AuditEvent, License
from app.operations.ledger.actions import LICENSE_REVOKED
from app.support.status_lists import sign_status_list

_COUNT = select(func.coalesce(func.max(License.id), 0) + 1)


def read_status_list(*, issuer: str, at: datetime) -> str:
    """The signed list of this moment, at the license's id a 1 for revoked or expired; two statements.

    What the ledger says was revoked stays so, whatever somebody made of the row since.
    """
    is_void = or_(License.live.is_(None), License.revoked_at.is_not(None), License.expires_at <= at)
    revoked = select(AuditEvent.resource_id).where(AuditEvent.action == LICENSE_REVOKED.word)
    count = db.session.scalar(_COUNT) or 1
    void = db.session.scalars(union(select(License.id).where(is_void), revoked))
    indexes = [one for one in void if one is not None and 0 <= one < count]
    return sign_status_list(indexes, count, issuer=issuer, at=at, key=signing_keys.ring.current)
