"""What a business tells of itself and by which rules it is booked; and closing it."""

from __future__ import annotations

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue

from app.errors import AppError
from app.http.access import actor, settings
from app.http.schemas import BIGINT, Schema, Whole, load
from app.operations.booking import calendars
from app.operations.businesses.access import get_own_business
from app.operations.businesses.change import change_business, delete_business
from app.operations.businesses.staff import list_workers_of
from app.web.admin.given import given
from app.web.booking.businesses import KINDS
from app.web.business.desk import DeskPages, desk, render_desk
from app.web.business.forms import read_profile
from app.web.refused import shown_again

details = DeskPages("details")


class FeedForm(Schema):
    """Whose calendar an address shows; everybody's is asked for by an empty field, not by none."""

    worker_id = Whole(least=1, most=BIGINT, required=True, allow_none=True)


_FEED = FeedForm()


def show_form(refusal: AppError | None = None, *, slug: str, feed_address: str = "") -> str:
    """The form as it was sent, or as the business is; an address is shown when it is made."""
    business = get_own_business(slug, actor=actor())
    people = [(one.id, one.name) for one in list_workers_of(business.id)]
    is_profile = refusal is not None and request.path.endswith("/details")
    return render_desk(
        "business/details.html",
        business,
        kinds=KINDS,
        filled=request.form if is_profile else business,
        feeds=calendars.list_feeds(business),
        feed_address=feed_address,
        people=dict(people),
        people_choices=people,
        refusal=refusal,
    )


@details.page("/details")
def show(slug: str) -> ResponseReturnValue:
    """The form, filled."""
    return show_form(slug=slug)


@details.form("/details")
@shown_again(show_form)
def save(slug: str) -> ResponseReturnValue:
    """Change it; what a reviewer wants to know of is marked, and a rejected one waits again."""
    business = change_business(slug, **read_profile(), at=g.received_at, actor=actor())
    flash("The details were saved.")
    return redirect(f"{desk().of(business)}/details", 303)


@details.form("/delete")
@shown_again(show_form)
def delete(slug: str) -> ResponseReturnValue:
    """Close it for good; not while appointments are to come."""
    delete_business(slug, at=g.received_at, actor=actor())
    flash("The business is closed.")
    return redirect(desk().home, 303)


@details.form("/feeds")
@shown_again(show_form)
def make_feed(slug: str) -> ResponseReturnValue:
    """An address for other calendars, in this answer and nowhere else."""
    business = get_own_business(slug, actor=actor())
    whose = load(_FEED, given(clears=("worker_id",), numbers=("worker_id",)))
    _, token = calendars.create_feed(business, **whose, at=g.received_at, actor=actor())
    address = f"{settings().public_url}/api/v1/calendar/{token}.ics"
    return show_form(slug=slug, feed_address=address)


@details.form("/feeds/<int:feed_id>/revoke")
def revoke_feed(slug: str, feed_id: int) -> ResponseReturnValue:
    """Let an address lead nowhere from now on."""
    business = get_own_business(slug, actor=actor())
    calendars.revoke_feed(business, feed_id, at=g.received_at, actor=actor())
    flash("The address leads nowhere any more.")
    return redirect(f"{desk().of(business)}/details", 303)
