"""One's own businesses: the list, a new one, and joining one as somebody who works there."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.errors import AppError
from app.http.access import actor
from app.http.credentials import guesses
from app.http.limits import limited
from app.http.schemas import Schema, Text, load
from app.operations.businesses.find import list_own_businesses, list_workplaces
from app.operations.businesses.joining import join_business
from app.operations.businesses.register import register_business
from app.web.booking.businesses import KINDS
from app.web.business.forms import read_profile
from app.web.page_access import person_form, person_page
from app.web.refused import shown_again

own = Blueprint("own_businesses", __name__, url_prefix="/business")


class JoinForm(Schema):
    """The code, as typed."""

    code = Text(required=True, shortest=1, longest=64)


_JOIN = JoinForm()


@own.get("")
@person_page
def list_own() -> ResponseReturnValue:
    """The businesses that one owns or manages, and those where one works."""
    return render_template(
        "business/list.html",
        businesses=list_own_businesses(actor=actor()),
        workplaces=list_workplaces(actor=actor()),
    )


def show_form(refusal: AppError | None = None) -> str:
    """The form of a business that does not exist yet."""
    return render_template("business/new.html", filled=request.form, kinds=KINDS, refusal=refusal)


@own.get("/new")
@person_page
def show_new() -> ResponseReturnValue:
    """The empty form."""
    return show_form()


@own.post("")
@person_form
@shown_again(show_form)
def create() -> ResponseReturnValue:
    """Register a business; what else it needs is listed on its own page."""
    business = register_business(**read_profile(), at=g.received_at, actor=actor())
    flash(f"{business.name} is registered. Next, say what you offer and when you are open.")
    return redirect(f"/business/{business.slug}", 303)


def show_join_form(refusal: AppError | None = None) -> str:
    """Where a code is typed."""
    return render_template("business/join.html", refusal=refusal)


@own.get("/join")
@person_page
def show_join() -> ResponseReturnValue:
    """The empty form."""
    return show_join_form()


@own.post("/join")
@limited("auth")
@person_form
@shown_again(show_join_form)
def join() -> ResponseReturnValue:
    """Take a code up: this account is that worker's from now on."""
    code = load(_JOIN, request.form)["code"]
    with guesses("join", str(actor().user_id)):
        business, worker = join_business(code, at=g.received_at, actor=actor())
    if worker.is_manager:
        flash(f"You manage {business.name} now.")
        return redirect(f"/business/{business.slug}/calendar", 303)
    flash(f"You work at {business.name} now.")
    return redirect(f"/my/work/{business.slug}", 303)
