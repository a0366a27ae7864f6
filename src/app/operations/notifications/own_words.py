"""What a business puts into its customers' news: whom they are from, and words of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select

from app.database import db
from app.models import Business, MessageText
from app.operations.actors import Actor
from app.operations.businesses.access import get_own_business
from app.operations.businesses.change import get_seen_business
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.notifications.audience import TOLD

OF_CUSTOMERS: Final = tuple(TOLD["customer"])
"""The events to which a business may add its words."""

_KEEP: Final = "\0"


def get_own_words(slug: str, *, actor: Actor) -> tuple[Business, dict[str, str]]:
    """One's own business, and its texts by event; raises BusinessNotFound."""
    business = get_own_business(slug, actor=actor)
    return business, _texts(business)


def change_own_words(
    slug: str,
    *,
    sender_name: str | None = _KEEP,
    texts: Mapping[str, str | None],
    seen_version: int | None = None,
    at: datetime,
    actor: Actor,
) -> tuple[Business, dict[str, str]]:
    """Change whom mails are from and the texts of some events; None or an empty one takes it away.

    Raises BusinessNotFound, and PreconditionFailed when it is no longer what the client saw; of two
    who change it at once the version lets one pass and replays the other.
    """
    business = get_seen_business(slug, seen_version=seen_version, actor=actor)
    before = _texts(business)
    after = {**before, **texts}
    wanted = {event: text for event, text in after.items() if text}
    changed = sorted(event for event in texts if before.get(event) != wanted.get(event))
    is_renamed = sender_name not in (_KEEP, business.sender_name)
    if not changed and not is_renamed:
        return business, before
    if is_renamed:
        business.sender_name = sender_name
    business.updated_at = at
    record(actions.MESSAGES_CHANGED, business, actor=actor, events=changed)
    _replace(business.id, {event: wanted.get(event) for event in changed})
    return business, wanted


def _texts(business: Business) -> dict[str, str]:
    query = select(MessageText.event, MessageText.text).where(
        MessageText.business_id == business.id
    )
    return dict(iter(db.session.execute(query)))


def _replace(business_id: int, texts: Mapping[str, str | None]) -> None:
    if not texts:
        return
    db.session.execute(
        delete(MessageText).where(
            MessageText.business_id == business_id, MessageText.event.in_(texts)
        )
    )
    rows = [
        {"business_id": business_id, "event": event, "text": text}
        for event, text in texts.items()
        if text
    ]
    if rows:
        db.session.execute(insert(MessageText), rows)
