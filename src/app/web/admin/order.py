"""One order: what it is, what happened to it, its label, and what an admin may do to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from app.api.tracks.schemas import VoidScan
from app.errors import AppError
from app.http.access import actor
from app.http.application import keep_key
from app.http.paging import CursorQuery, take_window
from app.http.schemas import Schema, Text, load
from app.models import Order
from app.operations.orders import change, find, labels
from app.operations.orders.steps import settable
from app.operations.tracks import review
from app.operations.tracks.sightings import void_digest
from app.operations.tracks.timeline import TimelineEvent, list_timeline
from app.operations.tracks.verdicts import NEXT, NEXT_OF_VISIT
from app.support.label_codes import MOST_PIECES
from app.support.tokens import new_event_id
from app.support.words import LISTED_STATUSES
from app.web.admin.addresses import order_address
from app.web.admin.given import given
from app.web.admin.lists import filters, sheet
from app.web.admin_access import admin_form, admin_page
from app.web.refused import shown_again

order = Blueprint("admin_order", __name__, url_prefix="/admin/orders/<string:ref>")


class TimelineQuery(CursorQuery):
    """Which part of a long history is shown."""

    limit = fields.Integer(load_default=30, validate=validate.Range(1, 200))


class StatusForm(Schema):
    """A status to set, and why."""

    status = fields.String(required=True, validate=validate.OneOf(LISTED_STATUSES))
    reason = Text(longest=255, load_default=None)


class CancelForm(StatusForm):
    """A cancellation, and why."""

    class Meta(StatusForm.Meta):
        exclude = ("status",)


_TIMELINE = TimelineQuery()
_STATUS = StatusForm()
_CANCEL = CancelForm()
_VOID = VoidScan()


def show_order(
    refusal: AppError | None = None, *, ref: str, form: str = "", event_id: UUID | None = None
) -> str:
    """The page; `form` is the one that was refused, `event_id` the scan that it was about."""
    shown = find.get_order(ref, actor=actor())
    window = take_window(filters(_TIMELINE))
    events = list_timeline(shown, before_id=window.after_id, limit=window.limit + 1, actor=actor())
    timeline = sheet(events, window, _id)
    return render_template(
        "admin/order.html",
        order=shown,
        address=order_address(shown),
        timeline=timeline,
        events=sorted(timeline.rows, key=_moment, reverse=True),
        statuses=[one for one in settable(shown) if one not in (shown.status, "cancelled")],
        likely_status=next(iter(_next(shown)), ""),
        most_copies=MOST_PIECES // shown.piece_count,
        new_key=new_event_id,
        form=form,
        filled=request.form,
        refused_event=None if event_id is None else str(event_id),
        refusal=refusal,
    )


def _next(shown: Order) -> Sequence[str]:
    return (NEXT if shown.starts_at is None else NEXT_OF_VISIT).get(shown.status, ())


@order.get("")
@admin_page
def show(ref: str) -> ResponseReturnValue:
    """One order."""
    return show_order(ref=ref)


@order.post("/status")
@admin_form
@shown_again(partial(show_order, form="status"))
def set_status(ref: str) -> ResponseReturnValue:
    """Set the status; a step back needs a reason."""
    return _command(ref, "The status was set.", **load(_STATUS, given()))


@order.post("/cancel")
@admin_form
@shown_again(partial(show_order, form="cancel"))
def cancel(ref: str) -> ResponseReturnValue:
    """Cancel the order; setting another status takes it back."""
    reason = load(_CANCEL, given())["reason"]
    return _command(ref, "The order was cancelled.", status="cancelled", reason=reason)


@order.post("/rotate-label")
@admin_form
def rotate_label(ref: str) -> ResponseReturnValue:
    """Give the order a new label code."""
    changed = labels.rotate_label(find.get_order(ref, actor=actor()), actor=actor())
    flash("The order has a new label. Print it and put it over the old one.")
    return redirect(order_address(changed, "#label"), 303)


@order.post("/scans/<uuid:event_id>/void")
@admin_form
@shown_again(partial(show_order, form="void"))
def void(ref: str, event_id: UUID) -> ResponseReturnValue:
    """Take a scan back; the form's own key makes a second click the same one."""
    body = load(_VOID, given())
    keep_key()
    review.void_scan(
        str(event_id),
        void_id=body["event_id"],
        reason=body["reason"],
        replaced_by=None,
        note=body["note"],
        content_digest=void_digest(str(event_id), body),
        at=g.received_at,
        actor=actor(),
    )
    flash("The scan was taken back, and the status worked out again without it.")
    return redirect(order_address(find.get_order(ref, actor=actor()), "#timeline"), 303)


def _command(ref: str, words: str, *, status: str, reason: str | None) -> ResponseReturnValue:
    changed = change.revise_order(
        find.get_order(ref, actor=actor()),
        status=status,
        reason=reason,
        at=g.received_at,
        actor=actor(),
    )
    flash(words)
    return redirect(order_address(changed), 303)


def _id(event: TimelineEvent) -> int:
    return int(event.row.id)


def _moment(event: TimelineEvent) -> tuple[datetime, int, str]:
    """When it happened, as the fold orders it (scans.md 6); pages follow each other by arrival."""
    return event.row.effective_at, event.row.seq or 0, event.row.event_id
