"""Scans that wait for a person: the list, and a page for each with what can be decided."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from app.api.tracks.schemas import ApplyScan, DismissScan, VoidScan
from app.errors import AppError, Invalid, OrderNotFound
from app.http.access import actor
from app.http.application import keep_key
from app.http.paging import take_window
from app.http.schemas import load
from app.models import Order
from app.operations.orders.find import get_order
from app.operations.tracks import review as judging
from app.operations.tracks import waiting
from app.operations.tracks.sightings import void_digest
from app.operations.tracks.waiting import KINDS, SeenScan
from app.support.tokens import new_event_id
from app.web.admin.given import given
from app.web.admin.lists import ListExport, ListQuery, filters, sheet
from app.web.admin_access import admin_form, admin_page
from app.web.refused import shown_again

review = Blueprint("admin_review", __name__, url_prefix="/admin/review")

LIST = "/admin/review"


class ReviewQuery(ListQuery):
    """One kind of what waits, or all."""

    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))


_QUERY = ReviewQuery()
_APPLY = ApplyScan()
_DISMISS = DismissScan()
_VOID = VoidScan()


def _read(query: dict[str, Any], after_id: int | None, limit: int) -> Sequence[SeenScan]:
    return waiting.list_waiting(
        query["kind"], after_id=after_id, limit=limit, at=g.received_at, actor=actor()
    )


@review.get("")
@admin_page
def list_some() -> ResponseReturnValue:
    """What waits, the newest first, and how much of it there is."""
    query = filters(_QUERY)
    window = take_window(query)
    found = _read(query, window.after_id, window.limit + 1)
    return render_template(
        "admin/review.html",
        page=sheet(found, window, lambda one: one.track.id),
        count=waiting.count_waiting(at=g.received_at, kind=query["kind"]),
    )


def show_scan(refusal: AppError | None = None, *, event_id: UUID, form: str | None = None) -> str:
    """One scan, what was decided about it, and the forms of what can be."""
    return render_template(
        "admin/review_scan.html",
        scan=waiting.get_scan(str(event_id), actor=actor()),
        void_id=request.form.get("event_id") or new_event_id(),
        form=form,
        filled=request.form,
        refusal=refusal,
    )


@review.get("/<uuid:event_id>")
@admin_page
def show(event_id: UUID) -> ResponseReturnValue:
    """One scan."""
    return show_scan(event_id=event_id)


@review.post("/<uuid:event_id>/apply")
@admin_form
@shown_again(partial(show_scan, form="apply"))
def apply(event_id: UUID) -> ResponseReturnValue:
    """Give effect to a scan that had none."""
    body = load(_APPLY, given())
    order = None if body["order"] is None else _order_of(body["order"])
    applied = judging.apply_scan(
        str(event_id), order=order, reason=body["reason"], at=g.received_at, actor=actor()
    )
    return _back_with(f"The scan was applied to order {applied.order_number}.")


@review.post("/<uuid:event_id>/dismiss")
@admin_form
@shown_again(partial(show_scan, form="dismiss"))
def dismiss(event_id: UUID) -> ResponseReturnValue:
    """Close the review of a scan, which changes nothing else."""
    body = load(_DISMISS, given())
    judging.dismiss_scan(str(event_id), reason=body["reason"], at=g.received_at, actor=actor())
    return _back_with("The scan was dismissed.")


@review.post("/<uuid:event_id>/void")
@admin_form
@shown_again(partial(show_scan, form="void"))
def void(event_id: UUID) -> ResponseReturnValue:
    """Take a scan back; the page's own key makes a second click the same one."""
    body = load(_VOID, given())
    keep_key()
    judging.void_scan(
        str(event_id),
        void_id=body["event_id"],
        reason=body["reason"],
        replaced_by=body["replaced_by"],
        note=body["note"],
        content_digest=void_digest(str(event_id), body),
        at=g.received_at,
        actor=actor(),
    )
    return _back_with("The scan was taken back.")


def _order_of(ref: str) -> Order:
    try:
        return get_order(ref, actor=actor())
    except OrderNotFound:
        raise Invalid.field("order", "There is no order with this number.") from None


def _back_with(words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(LIST, 303)


EXPORT = ListExport(
    schema=_QUERY,
    columns={
        "Received": lambda one: one.track.received_at,
        "Happened": lambda one: one.track.effective_at,
        "Result": lambda one: one.track.result,
        "Reasons": lambda one: " ".join(one.reasons),
        "Order": lambda one: one.order_number,
        "Action": lambda one: one.track.action,
        "Worker": lambda one: one.worker_name,
        "Device": lambda one: one.device_name,
        "Place": lambda one: one.track.location,
        "Note": lambda one: one.track.note,
        "Scan": lambda one: one.track.event_id,
    },
    read=_read,
    key=lambda one: one.track.id,
    told=frozenset({"kind"}),
)
