"""A new order at the counter: find the customer, tick the services, print the label."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from app.errors import AppError, IdempotencyConflict, OrderNotFound
from app.http.access import actor
from app.http.application import keep_key
from app.http.schemas import BIGINT, Schema, Text, Whole, load
from app.operations.customers.find import get_customer
from app.operations.orders.counter import place_at_counter
from app.operations.orders.find import get_numbered_order
from app.operations.orders.once import Contact
from app.operations.orders.people import Person, suggest_people
from app.operations.orders.place import MOST_SERVICES
from app.operations.services.find import list_services
from app.support.label_codes import MOST_PIECES
from app.support.search_text import is_short_of_digits, phone_digits
from app.support.tokens import new_event_id
from app.web.admin.addresses import order_address
from app.web.admin.given import given
from app.web.admin.lists import filters
from app.web.admin.order_edit import MOST_OFFERS, ContactForm, chosen_services
from app.web.admin_access import admin_form, admin_page
from app.web.refused import shown_again

new_order = Blueprint("admin_new_order", __name__, url_prefix="/admin/orders/new")

_CLEARED = ("email", "phone", "pickup_date", "instructions")
_NUMBERS = ("piece_count", "customer_id")


class FinderQuery(Schema):
    """What was typed to find somebody, or who was chosen: a customer, or an earlier order's."""

    q = Text(longest=255, load_default="")
    customer = fields.Integer(validate=validate.Range(1, BIGINT), load_default=None)
    like = Text(longest=64, load_default=None)


class CounterForm(ContactForm):
    """The whole form; `key` names it, so that a second click places no second order."""

    key = fields.UUID(required=True)
    customer_id = Whole(least=1, most=BIGINT, load_default=None)
    service_id = fields.List(
        Whole(least=1, most=BIGINT),
        required=True,
        validate=validate.Length(
            min=1, max=MOST_SERVICES, error=f"Choose 1 to {MOST_SERVICES} services."
        ),
    )
    piece_count = Whole(least=1, most=MOST_PIECES, load_default=1)


_FINDER = FinderQuery()
_FORM = CounterForm()


@new_order.get("")
@admin_page
def show() -> ResponseReturnValue:
    """The form, empty or with the contact of who was chosen or is the only one found."""
    query = filters(_FINDER)
    person, people = _chosen(query), list[Person]()
    if person is None and query["q"]:
        people = suggest_people(query["q"], actor=actor())
        person = people[0] if len(people) == 1 else None
    return _page(
        person=person,
        people=people,
        filled=person or (_typed(query["q"]) if query["q"] and not people else {}),
        typed=query["q"],
    )


def show_refused(refusal: AppError) -> str:
    """The form as it was sent; one that has placed its order gets a new key."""
    person = None
    if _is_id(customer_id := request.form.get("customer_id", "")):
        person = _chosen({"customer": int(customer_id), "like": None})
    is_used = isinstance(refusal, IdempotencyConflict)
    return _page(
        person=person,
        filled=request.form,
        chosen=chosen_services(),
        key=None if is_used else request.form.get("key"),
        refusal=refusal,
    )


def _page(*, person: Person | None, key: str | None = None, **shown: Any) -> str:
    offers, _ = list_services(page=1, per_page=MOST_OFFERS)
    return render_template(
        "admin/order_new.html",
        offers=offers,
        person=person,
        key=key or new_event_id(),
        most_pieces=MOST_PIECES,
        **shown,
    )


@new_order.get("/people")
@admin_page
def suggest() -> ResponseReturnValue:
    """A piece of that page: whom the text may mean, while it is being typed."""
    text = filters(_FINDER)["q"]
    people = suggest_people(text, actor=actor())
    return render_template("admin/order_people.html", people=people, typed=text)


@new_order.post("")
@admin_form
@shown_again(show_refused)
def place() -> ResponseReturnValue:
    """Place the order, and lead to its label."""
    sent = given(clears=_CLEARED, numbers=_NUMBERS)
    form = load(_FORM, {**sent, "service_id": chosen_services()})
    keep_key()
    order = place_at_counter(
        key=str(form["key"]),
        services=form["service_id"],
        contact=Contact(form["name"], form["email"], form["phone"]),
        customer_id=form["customer_id"],
        pickup_date=form["pickup_date"],
        instructions=form["instructions"],
        piece_count=form["piece_count"],
        at=g.received_at,
        actor=actor(),
    )
    flash(f"Order {order.order_number} was placed. Print its label.")
    return redirect(order_address(order, "?placed=1"), 303)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _chosen(query: dict[str, Any]) -> Person | None:
    if query["customer"] is not None:
        one = get_customer(query["customer"], actor=actor())
        return Person(one.name, one.email, one.phone, customer_id=one.id)
    if query["like"] is not None:
        try:
            order = get_numbered_order(query["like"])
        except OrderNotFound:
            return None
        return Person(order.name, order.email, order.phone, order_number=order.order_number)
    return None


def _typed(text: str) -> dict[str, str]:
    """What was typed and found nobody, in the field where it belongs."""
    if "@" in text:
        return {"email": text}
    is_phone = phone_digits(text) or is_short_of_digits(text)
    return {"phone": text} if is_phone else {"name": text}
