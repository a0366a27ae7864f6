"""What the auth area takes and gives (contract.md 3 and 4)."""

from __future__ import annotations

from marshmallow import fields

from app.http.schemas import Email, Schema, Secret, Text, When


class RegisterUser(Schema):
    """V1."""

    name = Text(required=True, shortest=1, longest=128)
    email = Email(required=True)
    password = Secret(required=True)
    phone = Text(longest=32, allow_none=True, load_default=None)


class LogIn(Schema):
    """V2; any text is an address that nobody has."""

    email = Text(required=True, shortest=1, longest=255)
    password = Secret(required=True)


class RefreshTokens(Schema):
    """V3, where the token is not sent as Bearer."""

    refresh_token = fields.String(load_default=None, allow_none=True)


class UpdateProfile(Schema):
    """V5."""

    name = Text(shortest=1, longest=128)
    phone = Text(longest=32, allow_none=True)


class SetPassword(Schema):
    """What the page of a one-time link sends."""

    token = Text(required=True, shortest=1, longest=128)
    password = Secret(required=True)


class ContactView(Schema):
    """Whose tokens these are."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)


class SignedInView(Schema):
    """AuthOut of contract.md 4."""

    access_token = fields.String(required=True)
    refresh_token = fields.String(required=True)
    token = fields.Function(
        lambda signed_in: signed_in.access_token, required=True, metadata={"type": "string"}
    )
    customer = fields.Nested(ContactView, required=True, attribute="user")


class AccountView(ContactView):
    """One's own account."""

    is_active = fields.Boolean(required=True)
    role = fields.String(required=True)
    created_at = When(required=True)
    updated_at = When(required=True)


class MessageView(Schema):
    """That it was done."""

    message = fields.String(required=True)
