"""The license that a service requires of whoever performs it (licenses.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import Invalid
from app.models import Service
from app.operations.licenses.types import find_type

NAMES = frozenset({"required_license", "required_level"})


def with_requirement(service: Service, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """The changes of a service, its requirement made whole: a type that exists, a level it has.

    Without a level the lowest is meant; a license of None takes the requirement away. Raises
    Invalid.
    """
    if not NAMES & changes.keys():
        return changes
    code = changes.get("required_license", service.required_license)
    if code is None:
        if changes.get("required_level") is not None:
            raise Invalid.field("required_level", "Name the license, too: required_license.")
        return {**changes, "required_license": None, "required_level": None}
    kind = find_type(code)
    if kind is None:
        raise Invalid.field("required_license", "There is no such type of license.")
    if not kind.is_active and kind.code != service.required_license:
        raise Invalid.field("required_license", "Licenses of this type are issued no more.")
    level = changes.get("required_level") or (
        service.required_level if kind.code == service.required_license else None
    )
    level = level or 1
    if level > kind.max_level:
        problem = f"The highest level of {kind.code} is {kind.max_level}."
        raise Invalid.field("required_level", problem)
    return {**changes, "required_license": kind.code, "required_level": level}
