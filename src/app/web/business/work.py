"""The schedule of somebody who works in a business: their own appointments and time off, nothing else."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.errors import AppointmentNotFound
from app.http.access import actor
from app.operations.booking.reaching import get_appointment
from app.operations.businesses.find import get_workplace
from app.web.business.days import read_days
from app.web.page_access import person_page

work = Blueprint("my_work", __name__, url_prefix="/my/work/<string:slug>")


@work.get("")
@person_page
def show_schedule(slug: str) -> ResponseReturnValue:
    """A day or a week of one's own."""
    business, worker = get_workplace(slug, actor=actor())
    address = f"/my/work/{business.slug}"
    days = read_days(business, address, worker_id=worker.id)
    return render_template("business/work.html", business=business, address=address, **days)


@work.get("/appointments/<string:number>")
@person_page
def show_appointment(slug: str, number: str) -> ResponseReturnValue:
    """One of them, as far as its worker is told: no address and no number of its customer's."""
    business, worker = get_workplace(slug, actor=actor())
    seen = get_appointment(number, actor=actor())
    if seen.order.worker_id != worker.id:
        raise AppointmentNotFound
    return render_template(
        "business/work_visit.html",
        business=business,
        order=seen.order,
        address=f"/my/work/{business.slug}",
    )
