"""The fields of a form, as a schema takes them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import request


def given(*, clears: Collection[str] = (), numbers: Collection[str] = ()) -> dict[str, Any]:
    """The form that was sent: an empty field is not there, or None where emptying it `clears`.

    Of `numbers` those that are whole become numbers; the schema refuses the others by name.
    """
    fields: dict[str, Any] = {}
    for name, value in request.form.items():
        if not value.strip():
            if name in clears:
                fields[name] = None
        elif name in numbers and _is_whole(value.strip()):
            fields[name] = int(value)
        else:
            fields[name] = value
    return fields


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
