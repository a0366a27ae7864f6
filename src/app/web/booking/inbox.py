"""One's own inbox: what one was told, the newest first."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template
from flask.typing import ResponseReturnValue

from app.http.access import actor
from app.http.paging import take_window
from app.http.schemas import BIGINT, Schema, Whole, load
from app.operations.notifications.inbox import (
    MOST_COUNTED,
    count_notifications,
    list_notifications,
    read_all_notifications,
    read_notification,
)
from app.web.admin.given import given
from app.web.admin.lists import ListQuery, filters, sheet
from app.web.page_access import person_form, person_page

inbox = Blueprint("my_inbox", __name__, url_prefix="/my/inbox")

_QUERY = ListQuery()


class SeenForm(Schema):
    """The newest of those that were on the page."""

    until_id = Whole(least=1, most=BIGINT, required=True)


_SEEN = SeenForm()


@inbox.get("")
@person_page
def show() -> ResponseReturnValue:
    """A page of it, and how much is unread."""
    window = take_window(filters(_QUERY))
    found = list_notifications(after_id=window.after_id, limit=window.limit + 1, actor=actor())
    return render_template(
        "booking/inbox.html",
        page=sheet(found, window, lambda one: one.id),
        unread=unread_words(),
    )


@inbox.post("/<int:notification_id>/open")
@person_form
def open_one(notification_id: int) -> ResponseReturnValue:
    """Read one, and go where it leads."""
    found = read_notification(notification_id, at=g.received_at, actor=actor())
    return redirect(found.link or "/my/inbox", 303)


@inbox.post("/read-all")
@person_form
def read_all() -> ResponseReturnValue:
    """Read all that were there when the page was shown."""
    seen = load(_SEEN, given(numbers=("until_id",)))
    read_all_notifications(**seen, at=g.received_at, actor=actor())
    return redirect("/my/inbox", 303)


def unread_words() -> str:
    """How much is unread: 3, 99+, or nothing."""
    count = count_notifications(unread=True, most=MOST_COUNTED, actor=actor())
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")
