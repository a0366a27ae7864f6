"""An appointment as a business looks after it: confirmed, cancelled, moved, and marked as missed."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue

from app.errors import AppError, AppointmentNotFound
from app.http.access import actor
from app.http.schemas import Schema, Text, load
from app.models import Business, Order
from app.operations.booking import life
from app.operations.booking.reaching import Appointment, get_appointment
from app.operations.businesses.staff import list_workers_of
from app.web.admin.given import given
from app.web.booking.appointments import worker_name
from app.web.booking.moving import move_as_sent, move_page
from app.web.business.calendar import day_address
from app.web.business.desk import DeskPages, desk, render_desk
from app.web.refused import shown_again

appointments = DeskPages("appointments")


class CancelForm(Schema):
    """Why; the customer reads it."""

    reason = Text(longest=500, shortest=1, required=True)


_CANCEL = CancelForm()


def show_appointment(refusal: AppError | None = None, *, slug: str, number: str) -> str:
    """The page, with what a refused form was told."""
    seen = _get(slug, number)
    order = seen.order
    return render_desk(
        "business/appointment.html",
        seen.business,
        order=order,
        worker_name=worker_name(seen),
        is_begun=order.starts_at is not None and order.starts_at <= g.received_at,
        day_address=day_address(seen.business, order),
        filled=request.form,
        refusal=refusal,
    )


@appointments.page("/appointments/<string:number>")
def show(slug: str, number: str) -> ResponseReturnValue:
    """One of them."""
    return show_appointment(slug=slug, number=number)


@appointments.form("/appointments/<string:number>/confirm")
@shown_again(show_appointment)
def confirm(slug: str, number: str) -> ResponseReturnValue:
    """Tell the customer that they are expected."""
    return _step(slug, number, life.confirm_appointment, "It is confirmed.")


@appointments.form("/appointments/<string:number>/no-show")
@shown_again(show_appointment)
def no_show(slug: str, number: str) -> ResponseReturnValue:
    """Nobody came."""
    return _step(slug, number, life.mark_no_show, "It counts as a no-show, and the time is free.")


@appointments.form("/appointments/<string:number>/complete")
@shown_again(show_appointment)
def complete(slug: str, number: str) -> ResponseReturnValue:
    """It was performed, and nobody scanned it."""
    return _step(slug, number, life.complete_appointment, "It is completed.")


@appointments.form("/appointments/<string:number>/cancel")
@shown_again(show_appointment)
def cancel(slug: str, number: str) -> ResponseReturnValue:
    """Call it off, and say why."""
    reason = load(_CANCEL, given())["reason"]
    seen = _get(slug, number)
    life.cancel_appointment(seen.order.order_number, reason=reason, at=g.received_at, actor=actor())
    flash("It is cancelled.")
    return redirect(address_of(seen.business, seen.order), 303)


def show_move(refusal: AppError | None = None, *, slug: str, number: str) -> str:
    """The free times to which it may be moved, with the same worker or with another."""
    seen = _get(slug, number)
    return render_desk(
        "booking/move.html",
        seen.business,
        people=[(one.id, one.name) for one in list_workers_of(seen.business.id)],
        **move_page(seen, address_of(seen.business, seen.order), refusal),
    )


@appointments.page("/appointments/<string:number>/move")
def choose_time(slug: str, number: str) -> ResponseReturnValue:
    """The free times, or the one that was chosen, to be looked at once more."""
    return show_move(slug=slug, number=number)


@appointments.form("/appointments/<string:number>/move")
@shown_again(show_move)
def move(slug: str, number: str) -> ResponseReturnValue:
    """Move it."""
    seen = _get(slug, number)
    order = move_as_sent(seen)
    flash("It is moved.")
    return redirect(address_of(seen.business, order), 303)


def address_of(business: Business, order: Order) -> str:
    """Its page, for the desk."""
    return f"{desk().of(business)}/appointments/{order.order_number}"


def _get(slug: str, number: str) -> Appointment:
    """An appointment of the business that the address names; raises AppointmentNotFound."""
    seen = get_appointment(number, actor=actor())
    if not seen.is_managed or seen.business.slug != slug.lower():
        raise AppointmentNotFound
    return seen


def _step(
    slug: str, number: str, take: Callable[..., Appointment], words: str
) -> ResponseReturnValue:
    seen = _get(slug, number)
    take(seen.order.order_number, at=g.received_at, actor=actor())
    flash(words)
    return redirect(address_of(seen.business, seen.order), 303)
