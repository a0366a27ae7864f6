"""The Idempotency-Key header: which key stands for which body (contract.md 3)."""

from __future__ import annotations

import json
from hashlib import sha256

from marshmallow import ValidationError, fields

from app.http.bodies import json_object
from app.http.schemas import Schema
from app.operations.orders.once import Idempotency

LONGEST_KEY = 255


def _is_key(text: str) -> None:
    if not (1 <= len(text) <= LONGEST_KEY and text.isprintable()):
        raise ValidationError(f"1 to {LONGEST_KEY} printable characters.")


class KeyHeader(Schema):
    """The header of a request that is safe to send again."""

    key = fields.String(data_key="Idempotency-Key", validate=_is_key)


def make_idempotency(route: str, key: str) -> Idempotency:
    """A key over this request's body; two bodies are the same when their canonical JSON is."""
    canonical = json.dumps(json_object(), sort_keys=True, separators=(",", ":"))
    return Idempotency(route, key, sha256(canonical.encode()).digest())
