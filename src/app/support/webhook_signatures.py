"""Standard Webhooks 1.0.0: how a message is signed, so that its receiver knows whose it is."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

PREFIX: Final = "whsec_"


def secret_text(key: bytes) -> str:
    """A key as subscribers paste it into their library."""
    return PREFIX + b64encode(key).decode()


def signed_headers(
    event_id: str, body: bytes, *, keys: Sequence[bytes], at: datetime
) -> Mapping[str, str]:
    """The three headers of a message that is sent at this time, with a signature of each key."""
    timestamp = str(int(at.timestamp()))
    content = f"{event_id}.{timestamp}.".encode() + body
    signatures = (b64encode(hmac.digest(key, content, "sha256")).decode() for key in keys)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }
