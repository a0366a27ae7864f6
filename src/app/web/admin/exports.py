"""Every list as a CSV file: a post, on record, of at most 50,000 rows."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g

from app import database
from app.errors import NotFound
from app.http.access import actor, settings
from app.operations.exports.take import MOST_ROWS, record_export, take_rows
from app.support.clock import instant_text
from app.support.csv_text import csv_table
from app.web.admin import audit, customers, devices, order_lists, review, services, workers
from app.web.admin.lists import ListExport, filters
from app.web.admin_access import admin_form

exports = Blueprint("admin_exports", __name__, url_prefix="/admin/exports")

LISTS: dict[str, ListExport] = {
    "orders": order_lists.ORDERS,
    "scans": order_lists.SCANS,
    "review": review.EXPORT,
    "customers": customers.EXPORT,
    "workers": workers.EXPORT,
    "devices": devices.EXPORT,
    "services": services.EXPORT,
    "audit": audit.EXPORT,
}
_OF_PAGES = ("cursor", "limit", "total")
_UNTOLD = "not told"


@exports.post("/<string:what>")
@admin_form
def export(what: str) -> Response:
    """A list with the filters of its page, as a file.

    All of it is read before the record is written: on SQLite writing is everybody's lock.
    """
    chosen = LISTS.get(what)
    if chosen is None:
        raise NotFound
    wanted = filters(chosen.schema)
    columns = chosen.columns.values()
    database.end_reading()
    with database.reading():
        found = take_rows(partial(chosen.read, wanted), key=chosen.key)
        cells = ([column(one) for column in columns] for one in found)
        content, count = csv_table(tuple(chosen.columns), cells)
    is_cut = count == MOST_ROWS
    told = _told(chosen, wanted)
    record_export(what, filters=told, count=count, is_cut=is_cut, actor=actor())
    answer = Response(content, content_type="text/csv; charset=utf-8; header=present")
    answer.headers["Content-Disposition"] = f'attachment; filename="{_name(what, is_cut)}"'
    return answer


def _told(chosen: ListExport, wanted: dict[str, Any]) -> dict[str, Any]:
    """The filters for the ledger, which may hold a person's name only where it can be erased."""
    return {
        name: _plain(value) if name in chosen.told else _UNTOLD
        for name, value in wanted.items()
        if value is not None and name not in _OF_PAGES
    }


def _plain(value: Any) -> Any:
    return instant_text(value) if isinstance(value, datetime) else value


def _name(what: str, is_cut: bool) -> str:
    day = g.received_at.astimezone(ZoneInfo(settings().business_timezone)).date()
    part = f"-first-{MOST_ROWS}" if is_cut else ""
    return f"handover-{what}-{day.isoformat()}{part}.csv"
