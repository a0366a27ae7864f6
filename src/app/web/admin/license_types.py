"""Types of licenses: the list, and a page for each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.api.licenses.schemas import AddLicenseType, ChangeLicenseType
from app.api.services.schemas import HIGHEST_LEVEL
from app.errors import AppError
from app.http.access import actor
from app.http.schemas import Text, Whole, load
from app.operations.licenses.types import change_type, create_type, get_type, list_types
from app.web.admin.given import given
from app.web.admin_access import admin_form, admin_page
from app.web.refused import shown_again

license_types = Blueprint("admin_license_types", __name__, url_prefix="/admin/licenses/types")

LIST = "/admin/licenses/types"
_NUMBERS = ("max_level", "validity_months")


class TypeForm(ChangeLicenseType):
    """The whole form: what is left empty is cleared."""

    title = Text(shortest=1, longest=128, required=True)
    max_level = Whole(least=1, most=HIGHEST_LEVEL, required=True)


_ADD, _CHANGE = AddLicenseType(), TypeForm()


def _given() -> dict[str, Any]:
    fields = given(clears=["validity_months"], numbers=_NUMBERS)
    return {**fields, "covers": request.form.getlist("covers")}


@license_types.get("")
@admin_page
def list_all() -> ResponseReturnValue:
    """Every type."""
    return render_template("admin/license_types.html", types=list_types(actor=actor()))


def show_empty_form(refusal: AppError | None = None) -> str:
    """The form of a type that does not exist yet."""
    return render_template(
        "admin/license_type.html",
        kind=None,
        filled=request.form or {"max_level": 3},
        covered=request.form.getlist("covers"),
        others=list_types(actor=actor()),
        refusal=refusal,
    )


def show_filled_form(refusal: AppError | None = None, *, type_code: str) -> str:
    """The form of a type."""
    kind = get_type(type_code)
    return render_template(
        "admin/license_type.html",
        kind=kind,
        filled=request.form if refusal else kind,
        covered=request.form.getlist("covers") if refusal else kind.covers.split(),
        others=[one for one in list_types(actor=actor()) if one.code != kind.code],
        refusal=refusal,
    )


@license_types.get("/new")
@admin_page
def new() -> ResponseReturnValue:
    """The empty form."""
    return show_empty_form()


@license_types.post("")
@admin_form
@shown_again(show_empty_form)
def create() -> ResponseReturnValue:
    """A new type."""
    made = create_type(**load(_ADD, _given()), at=g.received_at, actor=actor())
    flash(f"{made.title} was added.")
    return redirect(LIST, 303)


@license_types.get("/<string:type_code>")
@admin_page
def show(type_code: str) -> ResponseReturnValue:
    """One type."""
    return show_filled_form(type_code=type_code)


@license_types.post("/<string:type_code>")
@admin_form
@shown_again(show_filled_form)
def edit(type_code: str) -> ResponseReturnValue:
    """Change a type; licenses that were issued keep their level and their dates."""
    changes = load(_CHANGE, {**_given(), "is_active": "is_active" in request.form})
    changed = change_type(type_code, changes, at=g.received_at, actor=actor())
    flash(f"{changed.title} was saved.")
    return redirect(LIST, 303)
