"""What proofs of licenses look like (licenses.md 3)."""

from __future__ import annotations

from marshmallow import fields, validate

from app.http.schemas import Schema, When
from app.operations.licenses.standing import STATUSES

_LARGEST_SERIAL = 999_999_999


class ProofQuery(Schema):
    """Which proof: the card, or with `badge=1` a badge for ten minutes."""

    badge = fields.Boolean(load_default=False)


class CheckQuery(Schema):
    """`serial` is that of the card, which a checked token names."""

    serial = fields.Integer(validate=validate.Range(0, _LARGEST_SERIAL), load_default=None)


class QrView(Schema):
    """A license's symbol: the image, what it says, and the token within that."""

    license_code = fields.String(required=True)
    qr_code = fields.String(required=True, metadata={"description": "A PNG in base64"})
    payload = fields.String(required=True)
    token = fields.String(required=True)
    is_badge = fields.Boolean(required=True)
    expires_at = When(required=True)


class VerifiedView(Schema):
    """What anybody may know of a license: no ids, no e-mail, no phone."""

    is_valid = fields.Boolean(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    license_code = fields.String(required=True)
    specialization = fields.String(required=True, allow_none=True)
    specialization_type = fields.String(required=True, allow_none=True)
    level = fields.Integer(required=True, allow_none=True)
    holder = fields.String(required=True, allow_none=True)
    issued_at = When(required=True, allow_none=True)
    expires_at = When(required=True, allow_none=True)
    checked_at = When(required=True)
