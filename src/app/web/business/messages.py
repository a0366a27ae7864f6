"""What customers read of a business: whom mails are from, and what it adds to each."""

from __future__ import annotations

from typing import Final

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue

from app.api.businesses.message_routes import LONGEST, ChangeMessages
from app.errors import AppError, Invalid
from app.http.access import actor
from app.http.schemas import load
from app.operations.notifications.own_words import OF_CUSTOMERS, change_own_words, get_own_words
from app.web.business.desk import DeskPages, desk, render_desk
from app.web.refused import shown_again

messages = DeskPages("messages")

WORDS: Final = {
    "order.placed": "When an order or a booking has arrived",
    "order.status_changed": "When an order goes on",
    "order.ready": "When an order is ready",
    "order.cancelled": "When an order was cancelled",
    "appointment.confirmed": "When an appointment is confirmed",
    "appointment.cancelled": "When an appointment was cancelled",
    "appointment.rescheduled": "When an appointment was moved",
    "appointment.reminder": "A day and two hours before an appointment",
    "appointment.no_show": "When somebody did not come",
}
_CHANGE = ChangeMessages()


def show_form(refusal: AppError | None = None, *, slug: str) -> str:
    """The form as it was sent, or as it is."""
    business, texts = get_own_words(slug, actor=actor())
    filled = {"sender_name": business.sender_name, **texts} if refusal is None else request.form
    return render_desk(
        "business/messages.html",
        business,
        words=[(event, WORDS[event]) for event in OF_CUSTOMERS],
        longest=LONGEST,
        filled=filled,
        refusal=refusal,
    )


@messages.page("/messages")
def show(slug: str) -> ResponseReturnValue:
    """The form, filled."""
    return show_form(slug=slug)


@messages.form("/messages")
@shown_again(show_form)
def save(slug: str) -> ResponseReturnValue:
    """Save all of it; an emptied field is taken away, and a post without any field takes none away."""
    if "sender_name" not in request.form:
        raise Invalid.field("sender_name", "It is missing.")
    sent = {name: one.strip() or None for name, one in request.form.items()}
    texts = {event: sent[event] for event in OF_CUSTOMERS if event in sent}
    change = load(_CHANGE, {"sender_name": sent["sender_name"], "texts": texts})
    business, _ = change_own_words(slug, **change, at=g.received_at, actor=actor())
    flash("The messages were saved.")
    return redirect(f"{desk().of(business)}/messages", 303)
