"""Lists of the admin's pages: filters out of the address, one page of rows, the way to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import request
from marshmallow import fields, validate

from app.http.paging import Window, cursor_beyond
from app.http.schemas import Schema, load

T = TypeVar("T")

ROWS = 25


class ListQuery(Schema):
    """What every list takes; its filters come besides."""

    cursor = fields.String(load_default=None, validate=validate.Length(max=32))
    limit = fields.Integer(load_default=ROWS, validate=validate.Range(1, 200))


@dataclass(frozen=True, slots=True)
class Sheet(Generic[T]):
    """One page: its rows, and the addresses of the first and the next one, where there are such."""

    rows: Sequence[T]
    first: str
    next: str


@dataclass(frozen=True, slots=True)
class ListExport:
    """How a list is exported: its filters, its columns, and how its next rows are read.

    `read(filters, after_id, limit)` answers rows in the list's order; `told` are the filters whose
    values are no personal data, so that the ledger may name them.
    """

    schema: Schema
    columns: Mapping[str, Callable[[Any], Any]]
    read: Callable[[dict[str, Any], int | None, int], Sequence[Any]]
    key: Callable[[Any], int] = attrgetter("id")
    told: frozenset[str] = frozenset()


def filters(schema: Schema) -> dict[str, Any]:
    """The address's filters; a field that was left empty is no filter. Raises Invalid."""
    return load(schema, {name: value for name, value in request.args.items() if value.strip()})


def sheet(found: Sequence[T], window: Window, key: Callable[[T], int]) -> Sheet[T]:
    """A page of what was found, where one row more than fits was asked for."""
    rows = found[: window.limit]
    is_last = len(found) <= window.limit
    return Sheet(
        rows,
        first="" if window.after_id is None else _address(None),
        next="" if is_last else _address(cursor_beyond(key(rows[-1]))),
    )


def _address(cursor: str | None) -> str:
    query = {name: value for name, value in request.args.items() if name != "cursor" and value}
    if cursor is not None:
        query["cursor"] = cursor
    return f"{request.path}?{urlencode(query)}" if query else request.path
