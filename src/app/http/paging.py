"""Lists in pages, with RFC 8288 links: small ones by number, growing ones by cursor (contract.md 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import fields, validate

from app.errors import Invalid
from app.http.schemas import BIGINT, Schema

COUNT_CAP = 10_000


class PageQuery(Schema):
    """`?page=&per_page=` of small lists."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 1_000_000))
    per_page = fields.Integer(load_default=20, validate=validate.Range(1, 100))


class CursorQuery(Schema):
    """`?cursor=&limit=&total=1` of growing lists."""

    cursor = fields.String(load_default=None, validate=validate.Length(max=32))
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 200))
    total = fields.Boolean(load_default=False)


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows of a growing list are wanted: those beyond the row with this id."""

    after_id: int | None
    limit: int


def take_window(query: dict[str, Any]) -> Window:
    """Take cursor and limit out of a parsed query; raises Invalid for a cursor not of ours."""
    cursor = query.pop("cursor", None)
    limit = query.pop("limit")
    return Window(None if cursor is None else read_cursor(cursor), limit)


def read_cursor(cursor: str, field: str = "cursor") -> int:
    """The id beyond which a cursor leads; raises Invalid, which names the field, for none of ours."""
    try:
        after_id = int(cursor, 36)
    except ValueError:
        after_id = -1
    if not 0 <= after_id <= BIGINT:
        raise Invalid.field(field, "Not a cursor of this list.")
    return after_id


def cursor_headers(ids: Sequence[int], window: Window, total: int | None) -> dict[str, str]:
    """Link beyond the last of these rows, when they fill the page, and the count when asked for."""
    headers = {}
    if len(ids) == window.limit:
        headers["Link"] = _link({"cursor": cursor_beyond(ids[-1])}, "next")
    if total is not None:
        headers["X-Total-Count"] = str(min(total, COUNT_CAP))
    return headers


def page_headers(page: int, per_page: int, total: int) -> dict[str, str]:
    """Links to the neighbours and the ends of a numbered page, and the count."""
    last = max(1, -(-total // per_page))
    links = [_link({"page": 1}, "first"), _link({"page": last}, "last")]
    if page > 1:
        links.append(_link({"page": min(page - 1, last)}, "prev"))
    if page < last:
        links.append(_link({"page": page + 1}, "next"))
    return {"Link": ", ".join(links), "X-Total-Count": str(total)}


def _link(changes: dict[str, Any], rel: str) -> str:
    query = {**request.args.to_dict(), **{key: str(value) for key, value in changes.items()}}
    return f'<{request.path}?{urlencode(query)}>; rel="{rel}"'


def cursor_beyond(number: int) -> str:
    """The cursor of what lies beyond the row with this id."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = digits[rest] + text
    return text or "0"
