"""Orders as old clients write them: both spellings, and four ways to name services (contract.md 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import ValidationError, fields

from app.api.orders.schemas import LONGEST_INSTRUCTIONS
from app.errors import Invalid, Malformed, UnsupportedMediaType
from app.http.bodies import json_object
from app.http.schemas import LooseEmail, Pickup, Text, load
from app.legacy.spellings import OldSpellings
from app.operations.orders.place import MOST_SERVICES
from app.support.words import normal_status

LONGEST_NAMES = 4096
_MISSING = ["This field is required."]
_NAME_KEYS = ("service_name", "serviceName")


class OldOrder(OldSpellings):
    """The contact and the wishes of OrderIn."""

    others = {  # noqa: RUF012
        "name": "customerName",
        "email": "customerEmail",
        "phone": "customerPhone",
        "pickup_date": "pickupDate",
        "instructions": "specialInstructions",
    }

    name = Text(longest=128, shortest=1)
    email = LooseEmail()
    phone = Text(longest=32, allow_none=True)
    pickup_date = Pickup(allow_none=True)
    instructions = Text(longest=LONGEST_INSTRUCTIONS, allow_none=True)


class OldRevision(OldSpellings):
    """What a customer may change by L4; `service_name` names the services anew."""

    others = {  # noqa: RUF012
        "pickup_date": "pickupDate",
        "instructions": "specialInstructions",
        "service_name": "serviceName",
    }

    pickup_date = Pickup(allow_none=True)
    instructions = Text(longest=LONGEST_INSTRUCTIONS, allow_none=True)
    service_name = Text(longest=LONGEST_NAMES, shortest=1)


class Status(fields.String):
    """An order's status, old phrases included."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        status = normal_status(value)
        if status is None:
            raise ValidationError("Not a status of an order.")
        return status


class OldAdminRevision(OldOrder):
    """What an admin may change by L22."""

    others = {**OldOrder.others, "service_name": "serviceName"}  # noqa: RUF012

    email = LooseEmail(allow_none=True)
    service_name = Text(longest=LONGEST_NAMES, shortest=1)
    status = Status()
    reason = Text(longest=255, allow_none=True)


_ORDER = OldOrder()


def read_order() -> dict[str, Any]:
    """The body of L2: `services` as wanted, and the fields of OldOrder.

    Raises Malformed ("Expected JSON") and Invalid: "Missing fields" without a name, an e-mail
    or a service, else in the field's own words.
    """
    body = _expected_json()
    wanted = read_services(body)
    given = _ORDER.read_either(body)
    missing = [name for name in ("name", "email") if _is_blank(given.get(name))]
    if not wanted:
        missing.append("service_name")
    if missing:
        raise Invalid("Missing fields", details=dict.fromkeys(missing, _MISSING))
    return {"services": wanted, **load(_ORDER, body)}


def read_services(body: Mapping[str, Any]) -> list[int | str]:
    """The services of a body: the first of its keys that says anything.

    Numbers in `serviceIds`, `serviceId` and `service_id` are ids, other texts are names.
    Raises Invalid ("Invalid service") for what is neither.
    """
    for key in (*_NAME_KEYS, "serviceIds", "serviceId", "service_id"):
        value = body.get(key)
        if key not in _NAME_KEYS and isinstance(value, str):
            value = [part for part in value[:LONGEST_NAMES].split(",") if part.strip()]
        if _is_blank(value):
            continue
        wanted = value if isinstance(value, list) else [value]
        if len(wanted) > MOST_SERVICES:
            raise _invalid_service()
        return [_service(one, is_id=key not in _NAME_KEYS) for one in wanted]
    return []


def take_services(changes: dict[str, Any]) -> list[int | str]:
    """Take the services of a revision out of its fields; none when it does not name any."""
    return [changes.pop("service_name")] if "service_name" in changes else []


def _is_blank(value: object) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _service(one: object, *, is_id: bool) -> int | str:
    if isinstance(one, str) and one.strip() and len(one) <= LONGEST_NAMES:
        one = one.strip()
        return int(one) if is_id and one.isascii() and one.isdecimal() and len(one) < 19 else one
    if is_id and isinstance(one, int) and not isinstance(one, bool) and abs(one) < 2**63:
        return one
    raise _invalid_service()


def _invalid_service() -> Invalid:
    return Invalid("Invalid service", details={"service_name": ["Invalid service"]})


def _expected_json() -> dict[str, Any]:
    try:
        if not request.is_json:
            raise UnsupportedMediaType
        return json_object()
    except (Malformed, UnsupportedMediaType):
        raise Malformed("Expected JSON") from None
