"""Booking at a business: a free time is chosen, looked at once more, and booked."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from app.api.businesses.availability_schemas import Day
from app.errors import AppError, IdempotencyConflict, SlotUnavailable
from app.http.access import actor, settings
from app.http.application import keep_key
from app.http.limits import limited
from app.http.schemas import BIGINT, Schema, Text, Whole, load
from app.models import Business
from app.operations.booking.book import book_appointment_once
from app.operations.booking.crews import read_crew
from app.operations.booking.obstacles import WORDS, Reason
from app.operations.booking.offers import Offer, get_public_offer
from app.operations.businesses.access import get_public_business
from app.operations.businesses.staff import get_worker_of, list_workers_of
from app.operations.orders.once import Idempotency
from app.support.tokens import new_event_id
from app.support.wall_time import minute_of
from app.web.admin.given import given
from app.web.admin.lists import filters
from app.web.booking import times
from app.web.page_access import open_page, person_form, person_page
from app.web.refused import shown_again

book = Blueprint("book", __name__, url_prefix="/b/<string:slug>/book")

ROUTE = "POST /b/book"
CHANNEL = "web"
LONGEST_NOTES = 2000
_GONE = {WORDS[Reason.TAKEN], WORDS[Reason.BUFFER]}


class TimesQuery(Schema):
    """What is wanted, with whom, and on which day."""

    service = fields.Integer(required=True, validate=validate.Range(1, BIGINT))
    worker = fields.Integer(load_default=None, validate=validate.Range(1, BIGINT))
    date = Day(load_default=None)


class StartQuery(TimesQuery):
    """The time that was chosen."""

    start = Text(longest=40, required=True)


class BookingForm(Schema):
    """The whole form; `key` names it, so that a second click books nothing more."""

    key = fields.UUID(required=True)
    service = Whole(least=1, most=BIGINT, required=True)
    worker = Whole(least=1, most=BIGINT, load_default=None)
    start = Text(longest=40, required=True)
    notes = Text(longest=LONGEST_NOTES, load_default=None)


_TIMES, _START, _FORM = TimesQuery(), StartQuery(), BookingForm()


@book.get("")
@limited("lookup")
@open_page
def choose(slug: str) -> ResponseReturnValue:
    """The days, and the free times of one of them."""
    query = filters(_TIMES)
    business, offer = _find(slug, query["service"])
    worker_id = query["worker"]
    wanted = {"service": offer.service_id, "worker": worker_id}
    address = f"/b/{business.slug}/book"
    return render_template(
        "booking/times.html",
        business=business,
        offer=offer,
        people=[(one.id, one.name) for one in list_workers_of(business.id)],
        worker_id=worker_id,
        times=times.read_times(
            offer,
            read_crew(offer, at=g.received_at),
            wanted=query["date"],
            worker_id=worker_id,
            at=g.received_at,
            day_address=times.with_query(address, **wanted),
            time_address=times.with_query(f"{address}/confirm", **wanted),
        ),
        canonical=f"{settings().public_url}{address}?service={offer.service_id}",
    )


@book.get("/confirm")
@person_page
def look_again(slug: str) -> ResponseReturnValue:
    """What would be booked, and the button that books it."""
    query = filters(_START)
    return _page(slug, query["service"], query["worker"], query["start"])


def show_refused(refusal: AppError, *, slug: str) -> str:
    """The form as it was sent: what was taken meanwhile is said, with what is free near it."""
    form = load(_FORM, _sent())
    return _page(slug, form["service"], form["worker"], form["start"], refusal)


@book.post("")
@person_form
@shown_again(show_refused)
def create(slug: str) -> ResponseReturnValue:
    """Book it, once for each form that was opened."""
    form = load(_FORM, _sent())
    business, offer = _find(slug, form["service"])
    start = times.read_start(form["start"])
    keep_key()
    booked = book_appointment_once(
        Idempotency(ROUTE, str(form["key"]), _digest(business, form, start)),
        customer=actor().user_id or 0,
        render=lambda order: order.order_number,
        business=business,
        service_id=offer.service_id,
        start=minute_of(start),
        worker_id=form["worker"],
        notes=form["notes"],
        channel=CHANNEL,
        at=g.received_at,
        actor=actor(),
    )
    number = booked if isinstance(booked, str) else booked.order_number
    flash("It is booked. You find it here whenever you need it.")
    return redirect(f"/my/appointments/{number}", 303)


def _page(
    slug: str, service_id: int, worker_id: int | None, start: str, refusal: AppError | None = None
) -> str:
    business, offer = _find(slug, service_id)
    is_taken = isinstance(refusal, SlotUnavailable)
    is_used = is_taken or isinstance(refusal, IdempotencyConflict)
    moment = times.read_start(start)
    address = times.with_query(f"/b/{business.slug}/book", service=service_id, worker=worker_id)
    details = (refusal.details or {}) if refusal else {}
    reasons = details.get("start", []) if is_taken else []
    return render_template(
        "booking/confirm.html",
        business=business,
        offer=offer,
        worker_id=worker_id,
        worker_name=get_worker_of(business.id, worker_id).name if worker_id else "",
        key=new_event_id() if is_used else request.form.get("key") or new_event_id(),
        start=start,
        start_words=times.start_words(moment, offer),
        notes=request.form.get("notes", ""),
        is_taken=is_taken,
        reasons=[] if _GONE.issuperset(reasons) else reasons,
        alternatives=times.choices(details.get("alternatives", ()), offer) if is_taken else [],
        times_address=address(date=moment.astimezone(offer.zone).date()),
        refusal=refusal,
    )


def _sent() -> dict[str, Any]:
    return given(numbers=("service", "worker"))


def _find(slug: str, service_id: int) -> tuple[Business, Offer]:
    """A business that can be booked, and what is booked there; raises NotFound, Invalid."""
    return get_public_business(slug), get_public_offer(slug, service_id)


def _digest(business: Business, form: dict[str, Any], start: datetime) -> bytes:
    said = (business.id, form["service"], form["worker"], minute_of(start), form["notes"])
    return hashlib.sha256(repr(said).encode()).digest()
