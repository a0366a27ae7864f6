"""What one has: times that are kept, appointments, favourites, where one works; the way to each."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from marshmallow import fields

from app.http.access import actor
from app.http.paging import take_window
from app.operations.booking.lists import AppointmentFilter, list_appointments
from app.operations.booking.reaching import Appointment
from app.operations.businesses.favorites import list_newest_favorites
from app.operations.businesses.find import list_workplaces
from app.web.admin.lists import ListQuery, filters, sheet
from app.web.booking.appointments import is_kept_now
from app.web.booking.inbox import unread_words
from app.web.page_access import person_page

my = Blueprint("my", __name__, url_prefix="/my")

MOST_FAVORITES: Final = 24
MOST_KEPT: Final = 24
_KEPT: Final = AppointmentFilter(status="held", period="upcoming", is_own=True)


class MyQuery(ListQuery):
    """What is coming up, or what is past."""

    past = fields.Boolean(load_default=False)


_QUERY = MyQuery()


@my.get("")
@person_page
def list_own() -> ResponseReturnValue:
    """What is kept and what is coming up, the next first; or what is past, the latest first."""
    query = filters(_QUERY)
    window = take_window(query)
    is_past = query["past"]
    wanted = AppointmentFilter(period="past" if is_past else "upcoming", is_own=True)
    found = list_appointments(
        wanted, after_id=window.after_id, limit=window.limit + 1, at=g.received_at, actor=actor()
    )
    favorites = () if is_past else list_newest_favorites(MOST_FAVORITES, actor=actor())
    return render_template(
        "booking/my.html",
        page=sheet(found, window, lambda one: one.order.id),
        is_past=is_past,
        kept=[] if is_past or window.after_id is not None else _kept(),
        favorites=favorites,
        workplaces=[] if is_past else list_workplaces(actor=actor()),
        unread=unread_words(),
    )


def _kept() -> list[Appointment]:
    """The times that are kept, the next first; what has lapsed is nobody's any more."""
    found = list_appointments(
        _KEPT, after_id=None, limit=MOST_KEPT, at=g.received_at, actor=actor()
    )
    return [one for one in found if is_kept_now(one.order)]
