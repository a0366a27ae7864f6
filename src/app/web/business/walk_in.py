"""Somebody is booked in at the counter or on the phone, or squeezed in."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import fields

from app.api.businesses.availability_schemas import Day
from app.errors import AppError, IdempotencyConflict, Invalid
from app.http.access import actor
from app.http.application import keep_key
from app.http.schemas import BIGINT, LooseEmail, Schema, Text, Whole, load
from app.models import Business, Service
from app.operations.booking.book import book_appointment_once
from app.operations.businesses.access import get_own_business
from app.operations.businesses.offers import list_offers
from app.operations.businesses.staff import list_workers_of
from app.operations.orders.once import Contact, Idempotency
from app.support.tokens import new_event_id
from app.support.wall_time import WallClock
from app.web.admin.given import given
from app.web.booking import times
from app.web.business.desk import DeskPages, desk, render_desk
from app.web.refused import shown_again

walk_in = DeskPages("walk_in")

ROUTE = "POST /business/appointments/new"
CHANNEL = "desk"
_CLEARED = ("phone", "email", "notes")


class WalkInForm(Schema):
    """The whole form; `key` names it, so that a second click books nothing more."""

    key = fields.UUID(required=True)
    service = Whole(least=1, most=BIGINT, required=True)
    worker = Whole(least=1, most=BIGINT, load_default=None)
    date = Day(required=True)
    time = Text(longest=8, required=True)
    name = Text(longest=128, shortest=1, required=True)
    phone = Text(longest=32, allow_none=True, load_default=None)
    email = LooseEmail(allow_none=True, load_default=None)
    notes = Text(longest=2000, allow_none=True, load_default=None)
    reason = Text(longest=255, load_default=None)


_FORM = WalkInForm()


def show_form(refusal: AppError | None = None, *, slug: str) -> str:
    """The form, empty or from a free stretch of the calendar, or as it was sent."""
    business = get_own_business(slug, actor=actor())
    offers = [one.service for one in list_offers(business.id)]
    offers = [one for one in offers if one.duration_minutes]
    filled = dict(request.form if refusal else request.args)
    today = g.received_at.astimezone(ZoneInfo(business.timezone)).date()
    filled.setdefault("date", today.isoformat())
    is_used = isinstance(refusal, IdempotencyConflict)
    return render_desk(
        "business/appointment_new.html",
        business,
        offers=[(one.id, _words(one)) for one in offers],
        people=[(one.id, one.name) for one in list_workers_of(business.id)],
        filled=filled,
        key=new_event_id() if is_used else request.form.get("key") or new_event_id(),
        alternatives=_alternatives(business, refusal),
        refusal=refusal,
    )


@walk_in.page("/appointments/new")
def show(slug: str) -> ResponseReturnValue:
    """The form."""
    return show_form(slug=slug)


@walk_in.form("/appointments/new")
@shown_again(show_form)
def create(slug: str) -> ResponseReturnValue:
    """Book them in; it is confirmed at once."""
    form = load(_FORM, given(clears=_CLEARED, numbers=("service", "worker")))
    business = get_own_business(slug, actor=actor())
    is_squeezed = "squeeze" in request.form
    if is_squeezed and not form["reason"]:
        raise Invalid.field("reason", "Say why it is squeezed in.")
    keep_key()
    booked = book_appointment_once(
        Idempotency(ROUTE, str(form["key"]), _digest(business, form)),
        customer=Contact(form["name"], form["email"], form["phone"]),
        render=lambda order: order.order_number,
        business=business,
        service_id=form["service"],
        start=_start(business, form["date"], form["time"]),
        worker_id=form["worker"],
        notes=form["notes"],
        channel=CHANNEL,
        squeeze=form["reason"] if is_squeezed else None,
        at=g.received_at,
        actor=actor(),
    )
    number = booked if isinstance(booked, str) else booked.order_number
    flash(f"{form['name']} is booked in.")
    return redirect(f"{desk().of(business)}/appointments/{number}", 303)


def _start(business: Business, day: date, written: str) -> int:
    """The epoch minute of a time on the clock of the business."""
    try:
        at = time.fromisoformat(written)
    except ValueError:
        raise Invalid.field("time", "Not a time.") from None
    return WallClock(ZoneInfo(business.timezone)).minute(day, at.hour * 60 + at.minute)


def _digest(business: Business, form: dict[str, Any]) -> bytes:
    said = sorted((name, str(value)) for name, value in form.items() if name != "key")
    return hashlib.sha256(repr((business.id, said)).encode()).digest()


def _alternatives(business: Business, refusal: AppError | None) -> list[times.Choice]:
    near = ((refusal.details or {}) if refusal else {}).get("alternatives", ())
    zone = ZoneInfo(business.timezone)
    return [
        times.Choice(one, times.local_words(datetime.fromisoformat(one).astimezone(zone)))
        for one in near
    ]


def _words(service: Service) -> str:
    return f"{service.name}, {service.duration_minutes} min"
