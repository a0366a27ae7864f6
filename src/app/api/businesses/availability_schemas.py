"""What goes in and out of the look-ups of free time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from app.http.schemas import BIGINT, Schema, When
from app.operations.booking.obstacles import Reason

MOST_DAYS = 62
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(1970, 2200)


class Day(fields.Field[date]):
    """A local date, YYYY-MM-DD."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError("Not a date of the form 2026-11-20.")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValidationError("There is no such date.") from None
        if day.year not in _YEARS:
            raise ValidationError("This is too far away.")
        return day

    def _serialize(self, value: date | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else value.isoformat()


class Near(When):
    """An instant in the years that calendars have."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> datetime:
        moment = super()._deserialize(value, attr, data, **kwargs)
        if moment.year not in _YEARS:
            raise ValidationError("This is too far away.")
        return moment


class Start(Near):
    """One in a query, where the `+` of an offset that was not escaped is a blank."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> datetime:
        if isinstance(value, str) and value[-6:-5] == " ":
            value = f"{value[:-6]}+{value[-5:]}"
        return super()._deserialize(value, attr, data, **kwargs)


def _id(**more: Any) -> fields.Integer:
    return fields.Integer(validate=validate.Range(1, BIGINT), **more)


class AvailabilityQuery(Schema):
    """Which service, on which day or, with `to`, from which day to which, at most 62 of them."""

    service_id = _id(required=True)
    first = Day(data_key="date", required=True)
    last = Day(data_key="to", load_default=None)
    worker_id = _id(load_default=None)


class WhyNotQuery(Schema):
    """Which service, and the start that is asked about."""

    service_id = _id(required=True)
    start = Start(required=True)
    worker_id = _id(load_default=None)


class FreeStartView(Schema):
    """A time at which a visit can start, and the workers who are free for it."""

    start = fields.String(required=True)
    local = fields.String(required=True)
    worker_ids = fields.List(fields.Integer(), required=True)


class FreeDayView(Schema):
    """The free starts of one local day."""

    date = Day(required=True)
    slots = fields.List(fields.String(), required=True)
    detail = fields.List(fields.Nested(FreeStartView), required=True)


class AvailabilityView(FreeDayView):
    """The first day that was asked for; with `to`, `days` holds every one, the first included."""

    service_id = fields.Integer(required=True)
    timezone = fields.String(required=True)
    days = fields.List(fields.Nested(FreeDayView))


class ObstacleView(Schema):
    """One thing in the way; of a worker where it names one."""

    reason = fields.String(required=True, validate=validate.OneOf(list(Reason)))
    message = fields.String(required=True)
    worker_id = fields.Integer(required=True, allow_none=True)


class WhyNotView(Schema):
    """What stands in the way of a start, and the nearest that are free."""

    start = fields.String(required=True)
    local = fields.String(required=True)
    service_id = fields.Integer(required=True)
    is_bookable = fields.Boolean(required=True)
    reasons = fields.List(fields.String(), required=True)
    obstacles = fields.List(fields.Nested(ObstacleView), required=True)
    alternatives = fields.List(fields.Nested(FreeStartView), required=True)
