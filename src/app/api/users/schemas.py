"""What the users area takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from app.http.paging import PageQuery
from app.http.schemas import Email, Schema, Text, When
from app.operations.users.find import ROLES
from app.support.phones import normal_phone


class Phone(fields.String):
    """A phone number that signs somebody in: with its country; E.164 inside."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        try:
            return normal_phone(value)
        except ValueError as error:
            raise ValidationError(str(error)) from None


class UsersQuery(PageQuery):
    """Whose accounts are wanted."""

    role = fields.String(load_default=None, validate=validate.OneOf(ROLES))
    query = Text(longest=255, load_default=None)


class RegisterPerson(Schema):
    """An address or a phone number is needed; the password is generated."""

    name = Text(required=True, shortest=1, longest=128)
    email = Email(allow_none=True, load_default=None)
    phone = Phone(allow_none=True, load_default=None)
    username = Text(shortest=1, longest=64, allow_none=True, load_default=None)
    role = fields.String(load_default="customer", validate=validate.OneOf(ROLES))


class ChangeRole(Schema):
    """The role that somebody will have."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))


class UserView(Schema):
    """An account as an admin sees it."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    username = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    role = fields.String(required=True)
    is_active = fields.Boolean(required=True)
    must_change_password = fields.Boolean(required=True)
    created_at = When(required=True)
    updated_at = When(required=True)


class TemporaryPasswordView(Schema):
    """A temporary password, in this answer and nowhere else."""

    user = fields.Nested(UserView, required=True)
    temporary_password = fields.String(required=True)
    expires_at = When(required=True, attribute="user.password_expires_at")


class EndedView(Schema):
    """How many browsers and apps were signed out."""

    ended = fields.Integer(required=True)
