"""Subscriptions: made, changed, deleted; and their secrets, renewed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from app.database import db
from app.errors import Conflict, Invalid
from app.models import WebhookSubscription
from app.operations.actors import Actor
from app.operations.businesses.access import get_own_business
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.webhooks.reach import count_locked, get_subscription
from app.operations.webhooks.secrets import BOTH_SIGN_FOR, renew_secret, show_secret
from app.operations.webhooks.words import EVENTS
from app.support.public_addresses import Network, read_target

MOST: Final = 20
"""Subscriptions of a business, and of an admin's to all."""

CHOSEN: Final = ("active", "paused")


def create_subscription(
    *,
    business: str | None,
    url: str,
    events: Sequence[str],
    allowed: Collection[Network],
    at: datetime,
    actor: Actor,
) -> tuple[WebhookSubscription, str]:
    """Subscribe to events of a business, an admin also of all; with the secret, shown this once.

    Raises Invalid, BusinessNotFound, and Conflict beyond 20 of them.
    """
    business_id = None
    if business is not None:
        business_id = get_own_business(business, actor=actor).id
    elif not actor.is_admin:
        raise Invalid.field("business", "Name the business whose events you want.")
    _refuse_unsound(url, allowed)
    if count_locked(business_id) >= MOST:
        raise Conflict(f"There are {MOST} webhooks already: delete one.")
    made = WebhookSubscription(
        business_id=business_id,
        user_id=actor.user_id,
        url=url,
        events=_in_order(events),
        created_at=at,
        updated_at=at,
    )
    renew_secret(made)
    db.session.add(made)
    record(actions.WEBHOOK_CREATED, made, actor=actor)
    return made, show_secret(made)


def change_subscription(
    subscription_id: int,
    *,
    url: str | None = None,
    events: Sequence[str] | None = None,
    status: str | None = None,
    allowed: Collection[Network],
    at: datetime,
    actor: Actor,
) -> WebhookSubscription:
    """Change where, of what and whether a subscriber is told; what is None stays.

    While it is paused nothing is sent and nothing more waits. One that ended goes on once it is
    made active, and the actor stands for it then, as for another address. Raises NotFound, Invalid.
    """
    found = get_subscription(subscription_id, for_change=True, actor=actor)
    if url is not None:
        _refuse_unsound(url, allowed)
        if url != found.url:
            found.user_id = actor.user_id
        found.url = url
    if events is not None:
        found.events = _in_order(events)
    if status is not None:
        if found.status == "ended":
            found.user_id = actor.user_id
        found.status = status
    found.updated_at = at
    record(actions.WEBHOOK_UPDATED, found, actor=actor)
    return found


def delete_subscription(subscription_id: int, *, at: datetime, actor: Actor) -> None:
    """Tell a subscriber nothing any more, not even what waits; raises NotFound."""
    found = get_subscription(subscription_id, for_change=True, actor=actor)
    found.deleted_at = found.updated_at = at
    record(actions.WEBHOOK_DELETED, found, actor=actor)


def rotate_secret(
    subscription_id: int, *, at: datetime, actor: Actor
) -> tuple[WebhookSubscription, str]:
    """Another secret, shown this once; for 24 hours the one before signs, too. Raises NotFound."""
    found = get_subscription(subscription_id, for_change=True, actor=actor)
    found.old_nonce, found.old_key_id = found.nonce, found.key_id
    found.old_until = at + BOTH_SIGN_FOR
    renew_secret(found)
    found.updated_at = at
    record(actions.WEBHOOK_SECRET_ROTATED, found, actor=actor)
    return found, show_secret(found)


def _refuse_unsound(url: str, allowed: Collection[Network]) -> None:
    try:
        read_target(url, allowed)
    except ValueError as error:
        raise Invalid.field("url", str(error)) from None


def _in_order(events: Sequence[str]) -> str:
    return " ".join(one for one in EVENTS if one in events)
