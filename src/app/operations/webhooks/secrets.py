"""A subscription's secret: derived whenever it is needed, and stored nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from app.extensions import signing_keys
from app.models import WebhookSubscription
from app.support.tokens import new_token
from app.support.webhook_signatures import secret_text

BOTH_SIGN_FOR: Final = timedelta(hours=24)


class SecretLost(Exception):
    """The SIGNING_SECRET from which it was derived is not known any more: it has to be rotated."""


def renew_secret(subscription: WebhookSubscription) -> None:
    """Let another secret sign from now on."""
    subscription.nonce = new_token("")
    subscription.key_id = signing_keys.ring.current.key_id


def show_secret(subscription: WebhookSubscription) -> str:
    """The secret as it is shown once: `whsec_` and base64. The subscription has its id."""
    return secret_text(_key(subscription.id, subscription.key_id, subscription.nonce))


def keys_of(subscription: WebhookSubscription, *, at: datetime) -> Sequence[bytes]:
    """The keys that sign at this time, the newest first; raises SecretLost."""
    keys = [_key(subscription.id, subscription.key_id, subscription.nonce)]
    key_id, nonce = subscription.old_key_id or "", subscription.old_nonce or ""
    is_alive = subscription.old_until is not None and subscription.old_until > at
    if is_alive and key_id in signing_keys.ring.by_id:
        keys.append(_key(subscription.id, key_id, nonce))
    return keys


def _key(subscription_id: int, key_id: str, nonce: str) -> bytes:
    key = signing_keys.ring.by_id.get(key_id)
    if key is None:
        raise SecretLost
    return key.shared_with(f"{subscription_id}.{nonce}")
