"""The board: the newest scans and the open orders, asked for again every second or two."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from app.http.access import actor
from app.http.schemas import BIGINT, Schema
from app.operations.orders.board import MOST_COUNTED, list_lanes
from app.operations.tracks.board import list_newest_scans, mark_news
from app.web.admin.lists import filters
from app.web.admin_access import admin_page

board = Blueprint("admin_board", __name__, url_prefix="/admin/board")


class NewsQuery(Schema):
    """The newest scan that the page shows already: what is newer is marked as new."""

    after = fields.Integer(validate=validate.Range(0, BIGINT), load_default=None)


_NEWS = NewsQuery()


@board.get("")
@admin_page
def show() -> ResponseReturnValue:
    """The page; its script asks for the news."""
    return _render("admin/board.html", mark_news(actor=actor()), after=None)


@board.get("/news")
@admin_page
def tell() -> Response:
    """What the page shows, when it is not what the asker has seen (RFC 9110 13.1.2)."""
    query = filters(_NEWS)
    mark = mark_news(actor=actor())
    if request.if_none_match.contains_weak(mark):
        answer = make_response("", 304)
    else:
        answer = make_response(_render("admin/board_news.html", mark, after=query["after"]))
    answer.set_etag(mark)
    return answer


def _render(template: str, mark: str, *, after: int | None) -> str:
    scans = list_newest_scans(actor=actor())
    return render_template(
        template,
        mark=mark,
        after=after,
        scans=scans,
        newest=max((scan["id"] for scan in scans), default=0),
        lanes=list_lanes(actor=actor()),
        most_counted=MOST_COUNTED,
    )
