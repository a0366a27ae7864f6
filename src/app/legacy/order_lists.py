"""Lists of orders as bare arrays: long ones, because old clients do not turn pages."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, jsonify, request
from marshmallow import fields, validate

from app.http.paging import CursorQuery, Window, cursor_headers, take_window
from app.http.schemas import load
from app.legacy.order_shapes import shown_shape
from app.operations.orders.look import Shown

LONGEST_LIST = 1000


class OldListQuery(CursorQuery):
    """`?cursor=&limit=`, which old clients never send."""

    limit = fields.Integer(load_default=LONGEST_LIST, validate=validate.Range(1, LONGEST_LIST))


_QUERY = OldListQuery(exclude=("total",))


def list_window() -> Window:
    """Which orders this request wants; raises Invalid."""
    return take_window(load(_QUERY, request.args.to_dict()))


def list_answer(orders: Sequence[Shown], window: Window) -> Response:
    """A bare array; `Link` says when there are more."""
    answer = jsonify([shown_shape(shown) for shown in orders])
    answer.headers.update(cursor_headers([shown.order.id for shown in orders], window, None))
    return answer
