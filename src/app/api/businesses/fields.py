"""The kinds of values that a business is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields, validate

from app.http.schemas import BIGINT, Schema, Text, Whole
from app.support.distances import in_e6
from app.support.slugs import slug_problem
from app.support.zones import CURRENCIES, zone_names

FIVE = 5
_COUNTRY = re.compile(r"[A-Z]{2}")
_LONGEST_ADDRESS = 255


class Word(fields.String):
    """A text of one of our vocabularies; no trimming."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            raise ValidationError("Not a text.")
        if problem := self.problem(value):
            raise ValidationError(problem)
        return value

    def problem(self, value: str) -> str | None:
        raise NotImplementedError


class Slug(Word):
    """The part of its address that names a business."""

    def problem(self, value: str) -> str | None:
        return slug_problem(value)


class Zone(Word):
    """An IANA time zone."""

    def problem(self, value: str) -> str | None:
        return None if value in zone_names() else "Not the name of a time zone."


class Currency(Word):
    """An ISO 4217 code."""

    def problem(self, value: str) -> str | None:
        return None if value in CURRENCIES else "Not the code of a currency."


class Country(Word):
    """Two letters of ISO 3166-1."""

    def problem(self, value: str) -> str | None:
        return None if _COUNTRY.fullmatch(value) else "Two capital letters, such as PL."


class Website(Word):
    """An address on the web: http or https, with a host and without a user."""

    def problem(self, value: str) -> str | None:
        if len(value) > _LONGEST_ADDRESS:
            return f"At most {_LONGEST_ADDRESS} characters."
        try:
            parts = urlsplit(value)
            is_web = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            is_web = False
        if not is_web or "@" in parts.netloc or not value.isprintable() or " " in value:
            return "Not a web address that begins with http:// or https://."
        return None


class Degrees(fields.Float):
    """Degrees as JSON has them, from minus `most` to `most`; inside they are integers of 1e-6."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(metadata={"minimum": -most, "maximum": most}, **kwargs)
        self.most = most

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError("Not a number.")
        if not -self.most <= value <= self.most:
            raise ValidationError(f"From -{self.most} to {self.most}.")
        return in_e6(value)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else value / 1_000_000


class Fives(Whole):
    """Minutes in steps of five: what calendars are made of."""

    def __init__(self, *, least: int = 0, most: int, **kwargs: Any) -> None:
        super().__init__(least=least, most=most, metadata={"multipleOf": FIVE}, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        minutes = super()._deserialize(value, attr, data, **kwargs)
        if minutes % FIVE:
            raise ValidationError("Not a multiple of 5.")
        return minutes


class Within(fields.Nested):
    """An object of its own in JSON that is a part of the very row."""

    def get_value(self, obj: Any, attr: str, accessor: Any = None, default: Any = None) -> Any:
        return obj


class Reason(Schema):
    """Why an admin decides so."""

    reason = Text(shortest=10, longest=500, required=True)


def ids(**more: Any) -> fields.List[int]:
    """A list of ids."""
    one = Whole(least=1, most=BIGINT)
    return fields.List(one, validate=validate.Length(max=200), **more)


class Truth(fields.Boolean):
    """True or false, and nothing that resembles them."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Not true or false.")
        return value
