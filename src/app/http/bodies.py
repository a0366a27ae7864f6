"""Request bodies: one strict reader of JSON for every surface."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.errors import BadRequest, Malformed, TooLarge, UnsupportedMediaType

MOST_DRAINED = 16 * 1024 * 1024
DEEPEST = 32


def read_body() -> None:
    """Read the whole body; raises TooLarge, of chunks (RFC 9112 7.1) from the limit on.

    Raises BadRequest for chunks that are none.
    """
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        _drain()
        raise TooLarge from None
    except HTTPException:
        raise
    except Exception:  # each server has its own words for it
        raise BadRequest from None
    # Werkzeug cuts chunks at the limit, and says nothing.
    if request.content_length is None and len(body) == request.max_content_length:
        _drain()
        raise TooLarge


def _drain() -> None:
    """Read the rest away: a client that still sends when the line is cut never sees the answer."""
    stream = request.environ["wsgi.input"]
    left = min(request.content_length or MOST_DRAINED, MOST_DRAINED)
    with suppress(Exception):  # the client has gone
        while left > 0 and (read := len(stream.read(min(left, 65536)))):
            left -= read


def json_object() -> dict[str, Any]:
    """The body as a JSON object; an empty body is an empty object (contract.md 1.6).

    Raises UnsupportedMediaType for another content type and Malformed for anything that is
    not one JSON object in UTF-8 (RFC 8259 8.1): NaN, lone surrogates and nesting
    beyond 32 levels included.
    """
    body = request.get_data()
    if not body:
        return {}
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        text = body.decode("utf-8-sig")  # json.loads would take bytes of surrogates, and UTF-16
        value = json.loads(text, parse_constant=_refuse_constant)
        if "\\ud" in text or "\\uD" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(value, dict):
        raise Malformed("The body must be one JSON object.")
    if text.count("{") + text.count("[") > DEEPEST and _is_deep(value):
        raise Malformed("The body is nested too deeply.")
    return value


def _is_deep(value: dict[str, Any]) -> bool:
    """Whether it nests deeper than all that works with it later could follow."""
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        inner = (one.values() if isinstance(one, dict) else one for one in level)
        level = [one for some in inner for one in some if isinstance(one, dict | list)]
        if not level:
            return False
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
