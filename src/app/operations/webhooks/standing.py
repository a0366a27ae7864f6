"""Whether whoever chose where a webhook posts still runs the business, or is an admin: else it ends.

A manager who was dismissed, an admin who is none any more and an account that was deactivated are
told nothing from that moment; an owner makes the webhook active again, and stands for it then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import exists, or_, select

from app.database import db, reading
from app.models import Business, User, WebhookSubscription, Worker
from app.operations.actors import SYSTEM
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.outbox.deliver import Trying

_OWNS = (
    exists()
    .where(
        Business.id == WebhookSubscription.business_id,
        Business.owner_id == WebhookSubscription.user_id,
    )
    .correlate(WebhookSubscription)
)
_MANAGES = (
    exists()
    .where(
        Worker.business_id == WebhookSubscription.business_id,
        Worker.user_id == WebhookSubscription.user_id,
        Worker.is_manager.is_(True),
        Worker.is_active.is_(True),
    )
    .correlate(WebhookSubscription)
)
_STANDS = (
    exists()
    .where(
        User.id == WebhookSubscription.user_id,
        User.is_active.is_(True),
        or_(User.role == "admin", _OWNS, _MANAGES),
    )
    .correlate(WebhookSubscription)
)
IS_STOOD_FOR: Final = or_(WebhookSubscription.user_id.is_(None), _STANDS)
"""As a condition on a subscription; one from before this rule goes on."""

_FORSAKEN: Final = select(WebhookSubscription.id).where(
    WebhookSubscription.status != "ended", WebhookSubscription.deleted_at.is_(None), ~IS_STOOD_FOR
)


def end_forsaken(*, at: datetime, trying: Trying) -> None:
    """End each webhook that nobody stands for any more, so that those who run the business see it."""
    for one in trying(_find):
        trying(partial(_end, one, at))


def _find() -> Sequence[int]:
    with reading() as session:
        return session.scalars(_FORSAKEN.order_by(WebhookSubscription.id)).all()


def _end(subscription_id: int, at: datetime) -> None:
    query = _FORSAKEN.with_only_columns(WebhookSubscription)
    still = query.where(WebhookSubscription.id == subscription_id).with_for_update()
    found = db.session.scalar(still)
    if found is not None:
        found.status = "ended"
        found.updated_at = at
        record(actions.WEBHOOK_ENDED, found, actor=SYSTEM)
