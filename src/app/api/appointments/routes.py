"""The routes of the appointments area (booking.md 5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, g, json

from app.api.appointments.schemas import (
    AppointmentView,
    BookAppointment,
    ChooseTime,
    ListAppointments,
    WhyStep,
    appointment_shape,
)
from app.api.orders.idempotency import KeyHeader, make_idempotency
from app.errors import Invalid, PermissionDenied
from app.http.access import actor, allow
from app.http.application import keep_key
from app.http.areas import Area, if_match
from app.http.paging import COUNT_CAP, cursor_headers, take_window
from app.models import Business, Order
from app.operations.actors import Role
from app.operations.booking import life
from app.operations.booking.book import book_appointment, book_appointment_once
from app.operations.booking.lists import AppointmentFilter, count_appointments, list_appointments
from app.operations.booking.reaching import Appointment, get_appointment
from app.operations.businesses.access import get_visible_business, may_manage
from app.operations.orders.once import Contact
from app.support.wall_time import WallClock, instant_of, minute_of

area = Area("appointments", __name__, description="Appointments, booked and moved")

_READERS = (Role.CUSTOMER, Role.WORKER, Role.ADMIN)
_WRITERS = (Role.CUSTOMER, Role.ADMIN)


@area.route("/businesses/<string:slug>/appointments", methods=["POST"])
@allow(*_WRITERS)
@area.arguments(BookAppointment)
@area.arguments(KeyHeader, location="headers")
@area.response(201, AppointmentView)
@area.alt_response(200, schema=AppointmentView, description="The first answer to this key and body")
def book(body: dict[str, Any], header: dict[str, str], slug: str) -> Response:
    """Book an appointment, or hold its time for some minutes; with an Idempotency-Key it is safe to send again.

    Whoever runs the business may book for a `visitor` without an account, and squeeze a visit in
    with a `squeeze_reason`.
    """
    business = get_visible_business(slug, actor=actor())
    wishes = {
        "business": business,
        "service_id": body["service_id"],
        "start": _start(body, ZoneInfo(business.timezone)),
        "worker_id": body.get("worker_id"),
        "customer": _for_whom(body, business),
        "notes": body["notes"],
        "is_hold": body["hold"],
        "squeeze": body["squeeze_reason"],
        "channel": "v1",
    }
    who = {"at": g.received_at, "actor": actor()}
    if "key" not in header:
        return _created(book_appointment(**wishes, **who))
    keep_key()
    key = make_idempotency(f"POST /api/v1/businesses/{business.id}/appointments", header["key"])
    booked = book_appointment_once(key, render=_render_booked, **wishes, **who)
    if isinstance(booked, Order):
        return _created(booked)
    return Response(booked, 200, mimetype="application/json")


@area.route("/appointments")
@allow(*_READERS)
@area.arguments(ListAppointments, location="query")
@area.response(200, AppointmentView(many=True))
def list_own(query: dict[str, Any]) -> Response:
    """List one's own appointments and those of one's business; what is upcoming the next first."""
    window, counted = take_window(query), query.pop("total")
    wanted, who = AppointmentFilter(**query), {"at": g.received_at, "actor": actor()}
    found = list_appointments(wanted, after_id=window.after_id, limit=window.limit, **who)
    total = count_appointments(wanted, most=COUNT_CAP, **who) if counted else None
    ids = [one.order.id for one in found]
    headers = cursor_headers(ids, window, total)
    body = json.dumps([appointment_shape(one) for one in found])
    return Response(body, 200, headers, mimetype="application/json")


@area.route("/appointments/<string:ref>")
@allow(*_READERS)
@area.response(200, AppointmentView)
def show(ref: str) -> Response:
    """Show an appointment by its order's number or id."""
    return _answer(get_appointment(ref, actor=actor()))


@area.route("/appointments/<string:ref>/confirm", methods=["POST"])
@allow(*_WRITERS)
@area.response(200, AppointmentView)
@area.alt_response(409, response="Refusal409")
@area.alt_response(412, response="Refusal412")
def confirm(ref: str) -> Response:
    """Confirm an appointment, as the business; or book what one holds, as its customer."""
    return _answer(
        life.confirm_appointment(ref, seen_version=if_match(), at=g.received_at, actor=actor())
    )


@area.route("/appointments/<string:ref>/cancel", methods=["POST"])
@allow(*_WRITERS)
@area.arguments(WhyStep)
@area.response(200, AppointmentView)
@area.alt_response(412, response="Refusal412")
def cancel(body: dict[str, Any], ref: str) -> Response:
    """Call an appointment off: its customer in time, the business at any time with a reason."""
    return _answer(
        life.cancel_appointment(
            ref,
            reason=body["reason"] or None,
            seen_version=if_match(),
            at=g.received_at,
            actor=actor(),
        )
    )


@area.route("/appointments/<string:ref>/reschedule", methods=["POST"])
@allow(*_WRITERS)
@area.arguments(ChooseTime)
@area.response(200, AppointmentView)
@area.alt_response(412, response="Refusal412")
def reschedule(body: dict[str, Any], ref: str) -> Response:
    """Move an appointment to another time or worker: its customer in time, the business at any time."""
    return _answer(
        life.move_appointment(
            ref,
            start=lambda zone: _start(body, zone),
            worker_id=body.get("worker_id"),
            seen_version=if_match(),
            at=g.received_at,
            actor=actor(),
        )
    )


@area.route("/appointments/<string:ref>/no-show", methods=["POST"])
@allow(*_WRITERS)
@area.response(200, AppointmentView)
@area.alt_response(409, response="Refusal409")
@area.alt_response(412, response="Refusal412")
def mark_no_show(ref: str) -> Response:
    """Say that nobody came, as the business."""
    return _answer(life.mark_no_show(ref, seen_version=if_match(), at=g.received_at, actor=actor()))


@area.route("/appointments/<string:ref>/complete", methods=["POST"])
@allow(*_WRITERS)
@area.arguments(WhyStep)
@area.response(200, AppointmentView)
@area.alt_response(412, response="Refusal412")
def complete(body: dict[str, Any], ref: str) -> Response:
    """Say by hand that an appointment was performed, where a scan is missing, as the business."""
    return _answer(
        life.complete_appointment(
            ref,
            reason=body["reason"] or None,
            seen_version=if_match(),
            at=g.received_at,
            actor=actor(),
        )
    )


def _start(body: dict[str, Any], zone: ZoneInfo) -> int:
    """The epoch minute that is meant; a local time means its first occurrence (booking.md 3)."""
    if "start" not in body:
        wall: int = body["start_time"].hour * 60 + body["start_time"].minute
        return WallClock(zone).minute(body["date"], wall)
    start: datetime = body["start"]
    if instant_of(minute_of(start)) != start:
        raise Invalid.field("start", "A visit starts at a whole minute.")
    return minute_of(start)


def _for_whom(body: dict[str, Any], business: Business) -> int | Contact:
    visitor, by = body["visitor"], actor()
    if visitor is None and body["squeeze_reason"] is None:
        if by.user_id is None or by.is_admin:
            raise Invalid.field("visitor", "Say for whom: an admin books for somebody else.")
        return by.user_id
    if not may_manage(business.id, actor=by):
        raise PermissionDenied("Only who runs the business books for others, or squeezes in.")
    if visitor is None:
        raise Invalid.field("visitor", "Say for whom a visit is squeezed in.")
    return Contact(**visitor)


def _created(order: Order) -> Response:
    seen = get_appointment(order.order_number, actor=actor())
    answer = _answer(seen, status=201)
    answer.headers["Location"] = f"/api/v1/appointments/{order.order_number}"
    return answer


def _render_booked(order: Order) -> str:
    return _render(get_appointment(order.order_number, actor=actor()))


def _answer(seen: Appointment, *, status: int = 200) -> Response:
    headers = {"ETag": f'"{seen.order.version}"'}
    return Response(_render(seen), status, headers, mimetype="application/json")


def _render(seen: Appointment) -> str:
    return json.dumps(appointment_shape(seen))
