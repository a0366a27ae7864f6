"""What the customers area takes and gives (contract.md 3 and 4)."""

from __future__ import annotations

from marshmallow import fields

from app.http.schemas import Email, Schema, Secret, Text, When


class UpdateOwnProfile(Schema):
    """V16; `password` is wanted for another e-mail address, once the present one was verified."""

    name = Text(shortest=1, longest=128)
    email = Email()
    phone = Text(longest=32, allow_none=True)
    password = fields.Raw(load_only=True, allow_none=True, metadata={"type": "string"})


class CloseAccount(Schema):
    """The password once more: this cannot be undone."""

    password = Secret(required=True)


class CustomerView(Schema):
    """Customer of contract.md 4."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    is_active = fields.Boolean(required=True)
    created_at = When(required=True)
