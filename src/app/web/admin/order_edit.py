"""The form in which an admin changes an order's details."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields

from app.api.orders.schemas import LONGEST_INSTRUCTIONS
from app.errors import AppError, Conflict, Invalid, PreconditionFailed
from app.http.access import actor
from app.http.schemas import BIGINT, LooseEmail, Pickup, Schema, Text, Whole, load
from app.models import Order
from app.operations.orders import change, find
from app.operations.services.find import list_services
from app.web.admin.addresses import order_address
from app.web.admin.given import given, ticked
from app.web.admin_access import admin_form, admin_page
from app.web.refused import shown_again

order_edit = Blueprint("admin_order_edit", __name__, url_prefix="/admin/orders/<string:ref>/edit")

MOST_OFFERS = 100
_CLEARED = ("email", "phone", "pickup_date", "instructions")


class ContactForm(Schema):
    """Whom an order is for, and what they wish, as a form says it."""

    name = Text(required=True, shortest=1, longest=128)
    email = LooseEmail(allow_none=True, load_default=None)
    phone = Text(longest=32, allow_none=True, load_default=None)
    pickup_date = Pickup(allow_none=True, load_default=None)
    instructions = Text(longest=LONGEST_INSTRUCTIONS, allow_none=True, load_default=None)


class EditForm(ContactForm):
    """The whole form, and the version of the order that it was filled from."""

    version = Whole(required=True)
    service_id = fields.List(Whole(least=1, most=BIGINT), load_default=list)


_FORM = EditForm()


def chosen_services() -> list[int]:
    """The services that were ticked."""
    return ticked("service_id")


def show_form(refusal: AppError | None = None, *, ref: str) -> str:
    """The form, filled from the order, or as it was sent."""
    order = find.get_order(ref, actor=actor())
    offers, _ = list_services(page=1, per_page=MOST_OFFERS)
    return render_template(
        "admin/order_edit.html",
        order=order,
        address=order_address(order),
        offers=offers if order.status == "created" else [],
        chosen=chosen_services() if refusal else _services_of(order),
        filled=request.form if refusal else order,
        refusal=refusal,
    )


@order_edit.get("")
@admin_page
def show(ref: str) -> ResponseReturnValue:
    """The form."""
    return show_form(ref=ref)


@order_edit.post("")
@admin_form
@shown_again(show_form)
def edit(ref: str) -> ResponseReturnValue:
    """Change the details, unless the order is no longer what the form was filled from."""
    body = {**given(clears=_CLEARED, numbers=["version"]), "service_id": chosen_services()}
    changes: dict[str, Any] = load(_FORM, body)
    order = find.get_order(ref, actor=actor())
    services = changes.pop("service_id")
    if "offers" in request.form and not services:
        raise Invalid.field("service_id", "Choose at least one service.")
    try:
        order = change.revise_order(
            order,
            seen_version=changes.pop("version"),
            services=() if set(services) == set(_services_of(order)) else services,
            changes=changes,
            at=g.received_at,
            actor=actor(),
        )
    except PreconditionFailed:
        raise Conflict(
            "The order was scanned or changed while you were editing. Check it, and save again."
        ) from None
    flash("The order was saved.")
    return redirect(order_address(order), 303)


def _services_of(order: Order) -> list[int]:
    return [line.service_id for line in order.lines]
