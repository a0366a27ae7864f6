"""The field types of every surface's schemas: strict, bounded, and clear about what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import EXCLUDE, ValidationError, fields, validate

from app.errors import Invalid
from app.support import clock, dates, emails, money

fields.Field.default_error_messages = {
    "required": "This field is required.",
    "null": "This field may not be null.",
    "validator_failed": "This is not valid.",
}
fields.String.default_error_messages = {"invalid": "Not a text.", "invalid_utf8": "Not a text."}
fields.Number.default_error_messages = {"invalid": "Not a number.", "too_large": "Too large."}
fields.Integer.default_error_messages = {"invalid": "Not a whole number."}
fields.Boolean.default_error_messages = {"invalid": "Not true or false."}
fields.List.default_error_messages = {"invalid": "Not a list."}
fields.Nested.default_error_messages = {"type": "Not an object."}
validate.Length.message_min = "At least {min} characters."
validate.Length.message_max = "At most {max} characters."
validate.Length.message_all = "From {min} to {max} characters."
validate.Range.message_min = "At least {{min}}."
validate.Range.message_max = "At most {{max}}."
validate.Range.message_all = "From {{min}} to {{max}}."
validate.OneOf.default_message = "One of: {choices}."

BIGINT = 2**63 - 1
INT = 2**31 - 1


class Schema(ma.Schema):
    """Unknown keys are ignored (contract.md 1.1); keys keep their order."""

    error_messages = {"type": "Not an object."}  # noqa: RUF012 (marshmallow's own attribute)

    class Meta:
        unknown = EXCLUDE


def shaper(schema: ma.Schema) -> Callable[[Any], dict[str, Any]]:
    """`schema.dump` of an object that has every attribute, with what is the same each time done once.

    Texts and whole numbers are taken as they are: they come from columns of these types.
    """
    steps: list[tuple[str, str, Callable[..., Any] | None, bool]] = []
    for name, field in schema.dump_fields.items():
        is_plain = type(field) in (fields.String, fields.Integer)
        steps.append(
            (
                field.data_key or name,
                field.attribute or name,
                None if is_plain else field._serialize,
                field._CHECK_ATTRIBUTE,
            )
        )

    def shape(obj: Any) -> dict[str, Any]:
        shaped = {}
        for key, attribute, serialize, is_read in steps:
            value = getattr(obj, attribute) if is_read else None
            shaped[key] = value if serialize is None else serialize(value, attribute, obj)
        return shaped

    return shape


class Text(fields.String):
    """Trimmed Unicode text without NUL, of at most `longest` characters."""

    def __init__(self, *, longest: int, shortest: int = 0, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(min=shortest or None, max=longest), **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            raise ValidationError("Not a text.")
        if "\x00" in value:
            raise ValidationError("A NUL character is not allowed.")
        return value.strip()


class Secret(fields.String):
    """A password as typed: not trimmed; its rules are applied where it is set."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(load_only=True, validate=validate.Length(min=1, max=256), **kwargs)


class Whole(fields.Integer):
    """A JSON integer within bounds; no text, no fraction, no boolean."""

    def __init__(self, *, least: int = 0, most: int = INT, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=least, max=most), **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError("Not a whole number.")
        return value


class Email(fields.String):
    """An account's e-mail address, trimmed and lower-cased."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        try:
            return emails.normal_email(value)
        except ValueError as error:
            raise ValidationError(str(error)) from None


class LooseEmail(fields.String):
    """An order's e-mail address as old clients send it (contract.md 4, OrderIn)."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        try:
            emails.loose_email(value)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        return str(value).strip()


class Price(fields.Field[Decimal]):
    """Money: a JSON number or its text, two decimals, never negative."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Decimal:
        try:
            return money.parse_price(value)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else money.price_number(value)


class Pickup(fields.Field[str]):
    """A pickup date in any of the forms of contract.md 5; the canonical text inside."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        try:
            return dates.canonical_pickup(value)
        except ValueError as error:
            raise ValidationError(str(error)) from None


class When(fields.Field[datetime]):
    """An instant: RFC 3339 with an offset in, UTC with Z out."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> datetime:
        if not isinstance(value, str):
            raise ValidationError("Not a text.")
        try:
            return clock.parse_instant(value)
        except ValueError:
            raise ValidationError("Not an RFC 3339 time with an offset.") from None

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else clock.instant_text(value)


class ErrorView(Schema):
    """The one shape of every refusal (contract.md 8)."""

    success = fields.Boolean(required=True)
    error_code = fields.String(required=True)
    message = fields.String(required=True)
    details = fields.Dict(
        keys=fields.String(), values=fields.List(fields.String()), required=True, allow_none=True
    )
    request_id = fields.String(required=True)


def refusal(messages: Mapping[str, Any]) -> Invalid:
    """marshmallow's messages as one refusal that names each field."""
    details: dict[str, list[str]] = {}
    _flatten(messages, "", details)
    field, problems = next(iter(details.items()))
    return Invalid(f"{field}: {problems[0]}", details=details)


def _flatten(messages: Any, path: str, details: dict[str, list[str]]) -> None:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            name = "body" if key == "_schema" else str(key)
            _flatten(inner, f"{path}.{name}" if path else name, details)
    else:
        words = [messages] if isinstance(messages, str) else [str(one) for one in messages]
        details.setdefault(path or "body", []).extend(words)


def load(schema: ma.Schema, body: Mapping[str, Any]) -> dict[str, Any]:
    """Load a body that was read by hand; raises Invalid."""
    try:
        loaded: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        raise refusal(error.messages_dict) from None
    return loaded
