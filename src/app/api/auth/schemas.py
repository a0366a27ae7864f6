"""What the auth area takes and gives (contract.md 3 and 4)."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, pre_load, validate

from app.http.schemas import Email, Schema, Secret, Text, When
from app.models import User
from app.operations.auth.accounts import CHANNELS
from app.support.locales import is_locale
from app.support.zones import zone_names


class RegisterUser(Schema):
    """V1."""

    name = Text(required=True, shortest=1, longest=128)
    email = Email(required=True)
    password = Secret(required=True)
    phone = Text(longest=32, allow_none=True, load_default=None)


class LogIn(Schema):
    """V2; `email` may be a phone number or a user name, too: any text is one that nobody has."""

    email = Text(required=True, shortest=1, longest=255)
    password = Secret(required=True)


class LogInClient(LogIn):
    """The code of the second factor comes with the password."""

    code = Text(load_default=None, longest=64)


class LogInOldClient(LogIn):
    """The same, of programs from before codes: whatever they send by that name is let be."""

    code = fields.Raw(load_default=None, metadata={"type": "string"})


class OneTimeCode(Schema):
    """The code, as typed."""

    code = Text(required=True, shortest=1, longest=64)


class RefreshTokens(Schema):
    """V3, where the token is not sent as Bearer."""

    refresh_token = fields.String(load_default=None, allow_none=True)


def _locale(text: str) -> None:
    if not is_locale(text):
        raise ValidationError("Not a language, such as en or de-AT.")


def _zone(name: str) -> None:
    if name not in zone_names():
        raise ValidationError("Not the name of a time zone.")


class Preferences(Schema):
    """How somebody wants to be told: the language, the clock, and the ways beside the mails that must be."""

    locale = fields.String(validate=_locale)
    timezone = fields.String(validate=_zone, allow_none=True)
    channels = fields.List(fields.String(validate=validate.OneOf(CHANNELS)))


class UpdateProfile(Preferences):
    """V5."""

    name = Text(shortest=1, longest=128)
    phone = Text(longest=32, allow_none=True)


class SetPassword(Schema):
    """What the page of a one-time link sends."""

    token = Text(required=True, shortest=1, longest=128)
    password = Secret(required=True)


class VerifyEmail(Schema):
    """The code of the mail, as it was typed."""

    code = Text(required=True, shortest=1, longest=32)


class VerifyByLink(Schema):
    """What stood behind the `#` of the mail's link."""

    token = Text(required=True, shortest=1, longest=128)


class ForgotPassword(Schema):
    """Any text is an address that nobody has."""

    email = Text(required=True, shortest=1, longest=255)


class ChangePassword(Schema):
    """The password that is, and the one that will be; `password` has two older names."""

    password = Secret(required=True)
    new_password = Secret(required=True)

    @pre_load
    def name_alike(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        old = body.get("current_password", body.get("old_password"))
        return body if "password" in body or old is None else {**body, "password": old}


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
    email_verified = fields.Function(
        lambda user: user.verified_at is not None, required=True, metadata={"type": "boolean"}
    )
    locale = fields.String(required=True)
    timezone = fields.String(required=True, allow_none=True)
    channels = fields.Function(
        lambda user: channels_of(user),
        required=True,
        metadata={"type": "array", "items": {"type": "string", "enum": list(CHANNELS)}},
    )
    created_at = When(required=True)
    updated_at = When(required=True)


class MessageView(Schema):
    """That it was done."""

    message = fields.String(required=True)


def channels_of(user: User) -> list[str]:
    """The ways on which somebody wants news."""
    return [one for one in user.channels.split(",") if one]
