"""Who called an appointment off, and why: kept on it exactly while it is cancelled (booking.md 4).

Calendars of others see each change of that by a raised `sequence` (RFC 5545), whoever brings it
about: a command, a scan that a supervisor forced, or a judgement about one.
"""

from __future__ import annotations

from sqlalchemy import Select, and_, select

from app.database import db
from app.models import AuditEvent, Order, Track
from app.operations.actors import Role

CANCELLED = "cancelled"


def say_why(
    order: Order, status: str, *, reason: str | None, role: Role, user_id: int | None
) -> None:
    """Keep who cancels a locked appointment, and why; or forget it, when it is cancelled no more."""
    is_cancelled = status == CANCELLED
    if is_cancelled == (order.cancelled_by is not None):
        return
    order.sequence += 1
    order.cancelled_by = _side(order, role, user_id) if is_cancelled else None
    order.cancel_reason = reason if is_cancelled else None


def say_why_again(order: Order, status: str) -> None:
    """The same where a person's judgement has folded it anew: as its newest cancellation said it."""
    reason, role, user_id = None, Role.SYSTEM, None
    if status == CANCELLED and (found := db.session.execute(_newest(order.id)).first()):
        reason, user_id, word = found
        role = Role(word or role)
    say_why(order, status, reason=reason, role=role, user_id=user_id)


def _newest(order_id: int) -> Select[str | None, int | None, str]:
    of_order = (AuditEvent.resource_type == "order") & (AuditEvent.resource_id == Track.order_id)
    return (
        select(Track.note, Track.user_id, AuditEvent.actor_role)
        .outerjoin(AuditEvent, and_(of_order, AuditEvent.seq == Track.order_version))
        .where(Track.order_id == order_id, Track.kind == "command", Track.action == CANCELLED)
        .order_by(Track.effective_at.desc(), Track.event_id.desc())
        .limit(1)
    )


def _side(order: Order, role: Role, user_id: int | None) -> str:
    if role in (Role.SYSTEM, Role.ADMIN):
        return role.value
    return "customer" if user_id is not None and user_id == order.customer_id else "business"
