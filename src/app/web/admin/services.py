"""What is offered: the list of services, and a page for each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields

from app.api.services.schemas import STATUS, AddService
from app.errors import AppError
from app.http.access import actor
from app.http.schemas import Schema, Text, load
from app.operations.licenses.types import list_types
from app.operations.services import change, find
from app.web.admin.given import given
from app.web.admin.lists import ListExport
from app.web.admin_access import admin_form, admin_page
from app.web.refused import shown_again

services = Blueprint("admin_services", __name__, url_prefix="/admin/services")

LIST = "/admin/services"
_CLEARS = ("duration_minutes", "category", "required_license", "required_level")
_NUMBERS = ("duration_minutes", "required_level")


class ServiceForm(AddService):
    """The whole form: what is left empty is cleared."""

    status = fields.String(validate=STATUS, required=True)
    category = Text(longest=64, allow_none=True)


_FORM = ServiceForm()


def _given() -> dict[str, Any]:
    return load(_FORM, given(clears=_CLEARS, numbers=_NUMBERS))


@services.get("")
@admin_page
def list_all() -> ResponseReturnValue:
    """Every service."""
    return render_template("admin/services.html", services=find.list_all_services(actor=actor()))


def show_empty_form(refusal: AppError | None = None) -> str:
    """The form of a service that does not exist yet."""
    filled = request.form or {"status": "active"}
    return render_template(
        "admin/service.html", service=None, filled=filled, refusal=refusal, types=_types()
    )


def show_filled_form(refusal: AppError | None = None, *, service_id: int) -> str:
    """The form of a service, and what deleting it will do."""
    service = find.get_service(service_id, actor=actor())
    return render_template(
        "admin/service.html",
        service=service,
        is_ordered=find.is_ordered(service, actor=actor()),
        filled=request.form if refusal else service,
        refusal=refusal,
        types=_types(),
    )


def _types() -> list[tuple[str, str]]:
    """What a license may be required of."""
    return [(one.code, one.title) for one in list_types(actor=actor())]


@services.get("/new")
@admin_page
def new() -> ResponseReturnValue:
    """The empty form."""
    return show_empty_form()


@services.post("")
@admin_form
@shown_again(show_empty_form)
def create() -> ResponseReturnValue:
    """Offer something new."""
    service = change.create_service(**_given(), actor=actor())
    flash(f"{service.name} was added.")
    return redirect(LIST, 303)


@services.get("/<int:service_id>")
@admin_page
def show(service_id: int) -> ResponseReturnValue:
    """One service."""
    return show_filled_form(service_id=service_id)


@services.post("/<int:service_id>")
@admin_form
@shown_again(show_filled_form)
def edit(service_id: int) -> ResponseReturnValue:
    """Change a service; orders keep the price at which they were placed."""
    service = change.edit_service(service_id, changes=_given(), actor=actor())
    flash(f"{service.name} was saved.")
    return redirect(LIST, 303)


@services.post("/<int:service_id>/delete")
@admin_form
def delete(service_id: int) -> ResponseReturnValue:
    """Delete a service; one that orders name is withdrawn instead."""
    withdrawn = change.retire_service(service_id, actor=actor())
    flash(
        "The service was deleted."
        if withdrawn is None
        else f"{withdrawn.name} is no longer offered. Orders that name it keep it."
    )
    return redirect(LIST, 303)


class NoFilter(Schema):
    """The list has none."""


EXPORT = ListExport(
    schema=NoFilter(),
    columns={
        "Name": lambda one: one.name,
        "Price": lambda one: one.price,
        "Minutes": lambda one: one.duration_minutes,
        "Category": lambda one: one.category,
        "Offered": lambda one: one.status == "active",
        "Added": lambda one: one.created_at,
    },
    # All at once, as the page has them: they number dozens.
    read=lambda _, after_id, __: find.list_all_services(actor=actor()) if not after_id else (),
)
