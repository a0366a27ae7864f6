"""The audit log: its list with every filter, one record with its proof, and "verify now"."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError, fields, validate, validates_schema

from app import database
from app.api.orders.schemas import Bound
from app.errors import Invalid, OrderNotFound
from app.http.access import actor
from app.http.paging import take_window
from app.http.schemas import BIGINT, Text
from app.operations.audit import log_lists, recent
from app.operations.audit.logs import LogFilter
from app.operations.ledger.actions import ACTIONS
from app.operations.ledger.subjects import RESOURCE_TYPES
from app.operations.orders.find import get_order
from app.web.admin.lists import ListExport, ListQuery, Sheet, filters, sheet
from app.web.admin_access import admin_form, admin_page
from app.web.words import in_words

audit = Blueprint("admin_audit", __name__, url_prefix="/admin/audit")


class LogsQuery(ListQuery):
    """What the list may be filtered by; a thing's number makes no sense without its kind."""

    action = fields.String(load_default=None, validate=validate.OneOf(tuple(ACTIONS)))
    account = fields.Integer(load_default=None, validate=validate.Range(1, BIGINT))
    kind = fields.String(load_default=None, validate=validate.OneOf(RESOURCE_TYPES))
    number = Text(longest=64, load_default=None)
    address = fields.IP(load_default=None)
    since = Bound(load_default=None, data_key="from")
    until = Bound(load_default=None, data_key="to", ends=True)

    @validates_schema
    def names_one_thing(self, query: dict[str, Any], **_: Any) -> None:
        if (query.get("kind") is None) != (query.get("number") is None):
            raise ValidationError("Give both: what it is, and its number.", "number")


_QUERY = LogsQuery()


def _wanted(query: dict[str, Any]) -> LogFilter:
    """The filter; raises Invalid for an order that does not exist."""
    address = query["address"]
    return LogFilter(
        user_id=query["account"],
        actions=None if query["action"] is None else (query["action"],),
        resource_type=query["kind"],
        resource_id=None if query["kind"] is None else _id_of(query["kind"], query["number"]),
        ip_address=address and str(getattr(address, "ipv4_mapped", None) or address),
        since=query["since"],
        until=query["until"],
    )


def _id_of(kind: str, number: str) -> int:
    if kind == "order":
        try:
            return get_order(number, actor=actor()).id
        except OrderNotFound:
            pass  # one that was deleted is known by its id alone
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise Invalid.field("number", f"There is no {kind} with this number.")
    return int(number)


@audit.get("")
@admin_page
def list_some() -> ResponseReturnValue:
    """Records, the newest first."""
    try:
        query = filters(_QUERY)
        window = take_window(query)
        wanted = _wanted(query)
    except Invalid as refusal:
        return _page(Sheet([], first="", next=""), refusal), refusal.status
    found = log_lists.list_some_logs(
        wanted, after_id=window.after_id, limit=window.limit + 1, actor=actor()
    )
    return _page(sheet(found, window, lambda one: one["id"]))


def _page(page: Sheet[dict[str, Any]], refusal: Invalid | None = None) -> str:
    return render_template(
        "admin/audit.html",
        page=page,
        refusal=refusal,
        names=[(word, in_words(word)) for word in sorted(ACTIONS)],
        kinds=[(word, in_words(word)) for word in RESOURCE_TYPES],
    )


@audit.get("/<int:record_id>")
@admin_page
def show(record_id: int) -> ResponseReturnValue:
    """One record: what it tells, and what proves it."""
    return render_template(
        "admin/audit_event.html",
        event=log_lists.get_log(record_id, actor=actor()),
        proof=recent.prove_event(record_id, actor=actor()),
    )


@audit.post("/verify")
@admin_form
def verify() -> ResponseReturnValue:
    """Prove the end of the ledger now, and show the result; the whole is a command's work."""
    database.end_reading()
    with database.reading():
        report = recent.verify_recent(actor=actor())
    recent.record_verification(report, actor=actor())
    return render_template("admin/audit_verified.html", report=report)


EXPORT = ListExport(
    schema=_QUERY,
    columns={
        "Number": lambda one: one["id"],
        "Time": lambda one: one["at"],
        "Who": lambda one: one["actor_label"],
        "Account": lambda one: one["user_id"],
        "Device": lambda one: one["device_id"],
        "What": lambda one: one["action"],
        "Of": lambda one: one["resource_type"],
        "Of number": lambda one: one["resource_id"],
        "Version": lambda one: one["seq"],
        "Outcome": lambda one: one["outcome"],
        "Times": lambda one: one["count"],
        "Told": lambda one: json.dumps(one["data"], ensure_ascii=False),
        "Address": lambda one: one["ip_address"],
        "Request": lambda one: one["request_id"],
        "Seal": lambda one: one["seal_id"],
    },
    read=lambda query, after_id, limit: log_lists.list_some_logs(
        _wanted(query), after_id=after_id, limit=limit, actor=actor()
    ),
    key=lambda one: int(one["id"]),
    told=frozenset({"action", "account", "kind", "since", "until"}),
)
