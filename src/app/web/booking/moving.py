"""Moving an appointment: the free times, one that was chosen, and what is free when it was taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g, request
from marshmallow import fields, validate

from app.api.businesses.availability_schemas import Day
from app.errors import AppError, Invalid, SlotUnavailable
from app.http.access import actor
from app.http.schemas import BIGINT, Schema, Text, Whole, load
from app.models import Order
from app.operations.booking.crews import read_crew
from app.operations.booking.move import reschedule_appointment
from app.operations.booking.offers import get_offer
from app.operations.booking.reaching import Appointment
from app.support.wall_time import minute_of
from app.web.admin.given import given
from app.web.admin.lists import filters
from app.web.booking import times


class MoveQuery(Schema):
    """Which day is looked at, with whom, and which time was chosen."""

    date = Day(load_default=None)
    worker = fields.Integer(load_default=None, validate=validate.Range(1, BIGINT))
    start = Text(longest=40, load_default=None)


class MoveForm(Schema):
    """The new time, and with whom, where that is another."""

    start = Text(longest=40, required=True)
    worker = Whole(least=1, most=BIGINT, load_default=None)


_QUERY, _FORM = MoveQuery(), MoveForm()


def move_page(seen: Appointment, address: str, refusal: AppError | None) -> dict[str, Any]:
    """What booking/move.html shows of an appointment whose page is at `address`."""
    order = seen.order
    query = filters(_QUERY)
    worker_id = query["worker"] or order.worker_id
    offer = get_offer(order.business_id, order.service_id or 0)
    is_taken = isinstance(refusal, SlotUnavailable)
    details = (refusal.details or {}) if refusal else {}
    chosen = None if refusal else query["start"]
    here = times.with_query(f"{address}/move", worker=query["worker"])
    wanted = query["date"]
    if wanted is None and order.starts_at is not None:
        wanted = order.starts_at.astimezone(offer.zone).date()
    return {
        "order": order,
        "address": address,
        "worker_id": worker_id,
        "chosen": chosen,
        "chosen_words": chosen and times.start_words(times.read_start(chosen), offer),
        "alternatives": times.choices(details.get("alternatives", ()), offer) if is_taken else [],
        "times": times.read_times(
            offer,
            read_crew(offer, at=g.received_at),
            wanted=wanted,
            worker_id=worker_id,
            at=g.received_at,
            ignoring_order_id=order.id,
            day_address=here,
            time_address=lambda **more: here(date=wanted, **more),
        ),
        "refusal": refusal,
    }


def move_as_sent(seen: Appointment) -> Order:
    """Move it to the time that the form names."""
    form = load(_FORM, {**given(numbers=("worker",)), **_of_address()})
    start: datetime = times.read_start(form["start"])
    return reschedule_appointment(
        seen.order,
        start=minute_of(start),
        worker_id=form["worker"],
        at=g.received_at,
        actor=actor(),
    )


def _of_address() -> dict[str, Any]:
    """The worker whose times were looked at; raises Invalid."""
    worker = request.args.get("worker", "")
    if not worker:
        return {}
    if not (worker.isascii() and worker.isdecimal() and len(worker) < 19):
        raise Invalid.field("worker", "Not a number.")
    return {"worker": int(worker)}
