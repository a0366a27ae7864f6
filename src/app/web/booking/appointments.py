"""One's own appointments: a page for each, with what can be done about it."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.errors import AppError, AppointmentNotFound
from app.http.access import actor, settings
from app.http.schemas import Schema, Text, Whole, load
from app.models import Order
from app.operations.booking.calendars import appointment_calendar
from app.operations.booking.life import cancel_appointment, confirm_appointment
from app.operations.booking.reaching import Appointment, get_appointment
from app.operations.businesses.review_lists import find_own_review
from app.operations.businesses.reviews import write_review
from app.operations.certificates.signing import certify_order
from app.operations.orders.steps import check_customers_time
from app.support.certificate_paper import certificate_pdf
from app.support.qr import qr_matrix, svg_path
from app.web.admin.given import given
from app.web.booking.moving import move_as_sent, move_page
from app.web.page_access import person_form, person_page
from app.web.refused import shown_again

appointments = Blueprint("my_appointments", __name__, url_prefix="/my")

OPEN: Final = ("created", "confirmed", "processing")
CHANGEABLE: Final = ("created", "confirmed")
_QUIET_ZONE: Final = 4
_SENTENCES: Final = {
    "held": "The time was kept for you, and that is over: it is free for others again.",
    "created": "They have your wish, and confirm it soon.",
    "confirmed": "It is confirmed. See you there.",
    "processing": "You are checked in.",
    "completed": "It is over. Thank you for coming.",
    "cancelled": "It was cancelled.",
    "expired": "The time was kept for you, and nobody booked it.",
    "no_show": "You were expected, and were not seen.",
}


class CancelForm(Schema):
    """Why, if somebody wants to say."""

    reason = Text(longest=500, load_default=None)


class ReviewForm(Schema):
    """How it was."""

    rating = Whole(least=1, most=5, required=True)
    comment = Text(longest=2000, load_default=None)


_CANCEL, _REVIEW = CancelForm(), ReviewForm()


def show_appointment(refusal: AppError | None = None, *, number: str) -> str:
    """The page, with what a refused form was told."""
    seen = get_own(number)
    order = seen.order
    matrix = qr_matrix(f"{settings().public_url}/T/{order.label_code}")
    is_open, is_kept = order.status in OPEN, is_kept_now(order)
    is_past = order.status == "completed" and order.starts_at <= g.received_at
    return render_template(
        "booking/appointment.html",
        order=order,
        business=seen.business,
        worker_name=worker_name(seen),
        sentence=_SENTENCES.get(order.status, ""),
        is_open=is_open,
        is_kept=is_kept,
        is_over=not (is_open or is_kept) and seen.business.status == "approved",
        may_change=may_change(seen),
        side=len(matrix) + 2 * _QUIET_ZONE,
        modules=svg_path(matrix, _QUIET_ZONE),
        is_past=is_past,
        review=find_own_review(order, actor=actor()) if is_past else None,
        filled=request.form,
        refusal=refusal,
    )


@appointments.get("/appointments/<string:number>")
@person_page
def show(number: str) -> ResponseReturnValue:
    """One of them."""
    return show_appointment(number=number)


@appointments.get("/appointments/<string:number>/calendar.ics")
@person_page
def save_to_calendar(number: str) -> ResponseReturnValue:
    """A file that other calendars import."""
    seen = get_own(number)
    answer = Response(
        appointment_calendar(seen, public_url=settings().public_url),
        content_type="text/calendar; charset=utf-8",
    )
    name = f"{seen.order.order_number}.ics"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@appointments.get("/appointments/<string:number>/certificate.pdf")
@person_page
def take_certificate(number: str) -> ResponseReturnValue:
    """Every scan of it, signed, on paper (licenses.md 4)."""
    certificate = certify_order(
        number, issuer=settings().public_url, at=g.received_at, actor=actor()
    )
    zone = ZoneInfo(settings().business_timezone)
    answer = Response(certificate_pdf(certificate, tz=zone), mimetype="application/pdf")
    name = f"{certificate.content['order']['order_number']}-certificate.pdf"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@appointments.post("/appointments/<string:number>/confirm")
@person_form
@shown_again(show_appointment)
def take_up(number: str) -> ResponseReturnValue:
    """Book what is kept, until that is over."""
    order = get_own(number).order
    confirm_appointment(order.order_number, at=g.received_at, actor=actor())
    flash("It is booked. You find it here whenever you need it.")
    return redirect(address_of(order), 303)


@appointments.post("/appointments/<string:number>/cancel")
@person_form
@shown_again(show_appointment)
def cancel(number: str) -> ResponseReturnValue:
    """Call it off, until the business's cutoff; or let go what is only kept."""
    seen = get_own(number)
    was_held = seen.order.status == "held"
    reason = load(_CANCEL, given())["reason"]
    cancel_appointment(seen.order.order_number, reason=reason, at=g.received_at, actor=actor())
    flash("The time is free for others again." if was_held else "It is cancelled.")
    return redirect(address_of(seen.order), 303)


def show_move(refusal: AppError | None = None, *, number: str) -> str:
    """The free times to which it may be moved."""
    seen = get_own(number)
    return render_template(
        "booking/move.html",
        frame="site.html",
        people=(),
        **move_page(seen, address_of(seen.order), refusal),
    )


@appointments.get("/appointments/<string:number>/move")
@person_page
def choose_time(number: str) -> ResponseReturnValue:
    """The free times, or the one that was chosen, to be looked at once more."""
    return show_move(number=number)


@appointments.post("/appointments/<string:number>/move")
@person_form
@shown_again(show_move)
def move(number: str) -> ResponseReturnValue:
    """Move it, until the business's cutoff."""
    seen = get_own(number)
    check_customers_time(seen.order, at=g.received_at)
    order = move_as_sent(seen)
    flash("It is moved.")
    return redirect(address_of(order), 303)


@appointments.post("/appointments/<string:number>/review")
@person_form
@shown_again(show_appointment)
def review(number: str) -> ResponseReturnValue:
    """Say how it was, once."""
    form = load(_REVIEW, given(numbers=("rating",)))
    write_review(number, **form, at=g.received_at, actor=actor())
    flash("Thank you. Others can read it now.")
    return redirect(f"{address_of(get_own(number).order)}#review", 303)


def get_own(number: str) -> Appointment:
    """An appointment of which one is the customer; raises AppointmentNotFound for any other."""
    seen = get_appointment(number, actor=actor())
    if not seen.is_own:
        raise AppointmentNotFound
    return seen


def is_kept_now(order: Order) -> bool:
    """Whether its customer may still book it, and nobody else may."""
    until = order.hold_expires_at
    return order.status == "held" and until is not None and until > g.received_at


def may_change(seen: Appointment) -> bool:
    """Whether its customer may still cancel or move it."""
    return seen.order.status in CHANGEABLE and g.received_at <= seen.can_cancel_until


def worker_name(seen: Appointment) -> str:
    """Who performs it; nobody in particular where a business has no staff."""
    return "" if seen.worker is None or seen.worker.is_implicit else seen.worker.name


def address_of(order: Order) -> str:
    """Its page, for its customer."""
    return f"/my/appointments/{order.order_number}"
