"""Time off of those who work in a business, and which appointments it hits."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue

from app.errors import AppError, Invalid
from app.http.access import actor
from app.http.schemas import BIGINT, Schema, Text, Whole, load
from app.models import Business
from app.operations.booking import time_off as absences
from app.operations.businesses.absences import list_absences
from app.operations.businesses.access import get_own_business
from app.operations.businesses.staff import list_workers_of
from app.support.wall_time import WallClock, instant_of
from app.web.admin.given import given
from app.web.business.desk import DeskPages, desk, render_desk
from app.web.refused import shown_again

time_off = DeskPages("time_off")


class TimeOffForm(Schema):
    """Who is away, from when until when on the clock of the business."""

    worker_id = Whole(least=1, most=BIGINT, required=True)
    begins = Text(longest=19, shortest=1, required=True, data_key="from")
    until = Text(longest=19, shortest=1, required=True)
    reason = Text(longest=255, load_default=None)


_FORM = TimeOffForm()


def show_time_off(refusal: AppError | None = None, *, slug: str, hit: object = None) -> str:
    """Who is away, and the form."""
    business = get_own_business(slug, actor=actor())
    people = list_workers_of(business.id)
    return render_desk(
        "business/time_off.html",
        business,
        people=[(one.id, one.name) for one in people],
        names={one.id: one.name for one in people},
        away=list_absences(slug, worker_id=None, at=g.received_at, actor=actor()),
        hit=hit,
        filled=request.form if refusal else {},
        refusal=refusal,
    )


@time_off.page("/time-off")
def show(slug: str) -> ResponseReturnValue:
    """The page."""
    return show_time_off(slug=slug)


@time_off.form("/time-off")
@shown_again(show_time_off)
def enter(slug: str) -> ResponseReturnValue:
    """Enter it, and show at once which appointments it hits; none of them is touched."""
    form = load(_FORM, given(numbers=("worker_id",)))
    business = get_own_business(slug, actor=actor())
    _, hit = absences.add_time_off(
        business,
        form["worker_id"],
        starts_at=_instant(business, "from", form["begins"]),
        ends_at=_instant(business, "until", form["until"]),
        reason=form["reason"],
        at=g.received_at,
        actor=actor(),
    )
    if hit:
        return show_time_off(slug=slug, hit=hit)
    flash("The time off is entered. No appointment is in it.")
    return redirect(f"{desk().of(business)}/time-off", 303)


@time_off.form("/time-off/<int:time_off_id>/delete")
def take_back(slug: str, time_off_id: int) -> ResponseReturnValue:
    """They are there after all."""
    business = get_own_business(slug, actor=actor())
    absences.remove_time_off(business, time_off_id, at=g.received_at, actor=actor())
    flash("The time off is taken back.")
    return redirect(f"{desk().of(business)}/time-off", 303)


def _instant(business: Business, field: str, written: str) -> datetime:
    """What a browser's field for a local time means on the clock of the business."""
    try:
        local = datetime.fromisoformat(written)
    except ValueError:
        raise Invalid.field(field, "Not a date and a time.") from None
    if local.tzinfo is not None or not 1970 <= local.year < 2200:
        raise Invalid.field(field, "Not a date and a time.")
    clock = WallClock(ZoneInfo(business.timezone))
    return instant_of(clock.minute(local.date(), local.hour * 60 + local.minute))
