"""The fields of a form, as a schema takes them."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from flask import request

_WITH_A_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}")


def given(
    *,
    clears: Collection[str] = (),
    numbers: Collection[str] = (),
    prices: Collection[str] = ("price",),
) -> dict[str, Any]:
    """The form that was sent: an empty field is not there, or None where emptying it `clears`.

    Of `numbers` those that are whole become numbers; the schema refuses the others by name. Of
    `prices` 35,50 is what most of Europe writes for 35.50; with three digits it may be thousands.
    """
    fields: dict[str, Any] = {}
    for name, value in request.form.items():
        if not value.strip():
            if name in clears:
                fields[name] = None
        elif name in numbers and _is_whole(value.strip().removeprefix("-")):
            fields[name] = int(value)
        elif name in prices and _WITH_A_COMMA.fullmatch(value.strip()):
            fields[name] = value.replace(",", ".")
        else:
            fields[name] = value
    return fields


def ticked(name: str) -> list[int]:
    """The numbers of the boxes with this name that were ticked; what is no number is none."""
    return [int(one) for one in request.form.getlist(name) if _is_whole(one)]


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
