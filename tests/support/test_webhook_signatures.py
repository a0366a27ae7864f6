"""Signatures of Standard Webhooks, against its own example and an independent library."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from app.support.webhook_signatures import secret_text, signed_headers

KEY = bytes(range(32))


def test_the_specifications_own_example_comes_out():
    key = b64decode("C2FVsBQIhrscChlQIMV+b5sSYspob7oD")
    headers = signed_headers(
        "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
        b'{"email":"test@example.com","username":"test_user"}',
        keys=[key],
        at=datetime.fromtimestamp(1649367553, UTC),
    )
    assert headers["webhook-signature"] == "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="


def test_each_of_several_keys_is_verified_by_another_implementation():
    body, keys = '{"type":"order.placed","words":"ütf"}'.encode(), [KEY, KEY[::-1]]
    headers = signed_headers("evt_1", body, keys=keys, at=datetime.now(UTC))
    for key in keys:
        assert Webhook(secret_text(key)).verify(body, dict(headers))["type"] == "order.placed"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_text(bytes(32))).verify(body, dict(headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_text(KEY)).verify(body + b" ", dict(headers))
