"""Services as old clients read and write them, with durations such as "24h" (contract.md 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, pre_load

from app.api.services.schemas import AddService, EditService, ServiceView
from app.http.schemas import Text
from app.legacy.spellings import OldSpellings
from app.models import Service

_NEWER = ("required_license", "required_level")
_VIEW = ServiceView(exclude=_NEWER)
_DURATION = re.compile(
    r"(?:([0-9]{1,4})\s*d[a-z]*)?\s*(?:([0-9]{1,5})\s*h[a-z]*)?\s*(?:([0-9]{1,6})\s*m[a-z]*)?"
)


class _OldService(OldSpellings):
    others = {"duration_minutes": "durationMinutes"}  # noqa: RUF012

    category = Text(longest=64, allow_none=True)

    @pre_load
    def read_duration(self, body: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Read `duration` where the minutes are not given."""
        read = dict(body)
        if "duration" in read and read.get("duration_minutes") is None:
            read["duration_minutes"] = read_duration(read["duration"])
        return read


class AddOldService(_OldService, AddService):
    """AddService with `duration` and `category`."""

    class Meta(AddService.Meta):
        exclude = _NEWER


class EditOldService(_OldService, EditService):
    """EditService with `duration` and `category`."""

    class Meta(EditService.Meta):
        exclude = _NEWER


def service_shape(service: Service, usage_count: int) -> dict[str, Any]:
    """The old Service."""
    shape: dict[str, Any] = _VIEW.dump(service)
    return shape | {
        "duration": write_duration(service.duration_minutes),
        "usage_count": usage_count,
        "category": service.category,
    }


def read_duration(value: object) -> int | None:
    """Minutes of "24h", "90m", "1h 30m" or "2d"; None for None and ""."""
    if value is None or value == "":
        return None
    match = _DURATION.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if match is None or not match[0]:
        raise ValidationError('A duration looks like "24h" or "90m".', "duration")
    days, hours, minutes = (int(number or 0) for number in match.groups())
    return (days * 24 + hours) * 60 + minutes


def write_duration(minutes: int | None) -> str | None:
    """Whole hours as "24h", anything else as "90m"."""
    if minutes is None:
        return None
    return f"{minutes}m" if minutes % 60 else f"{minutes // 60}h"
