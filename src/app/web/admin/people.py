"""Everybody who has an account: the list, the form that registers somebody, and what one changes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from app.api.users.schemas import ChangeRole, RegisterPerson
from app.errors import AppError
from app.http.access import actor
from app.http.credentials import passwords
from app.http.paging import take_window
from app.http.schemas import Text, load
from app.operations.users import change, find, register
from app.operations.users.find import ROLES, UserFilter
from app.web.admin.given import given
from app.web.admin.lists import ListQuery, filters, sheet
from app.web.admin_access import admin_form, admin_page
from app.web.refused import shown_again

people = Blueprint("admin_people", __name__, url_prefix="/admin/people")

LIST = "/admin/people"
ROLE_CHOICES = (("customer", "Customer"), ("owner", "Business owner"), ("admin", "Administrator"))


class PeopleQuery(ListQuery):
    """Words to look for, and a role."""

    q = Text(longest=255, load_default=None)
    role = fields.String(load_default=None, validate=validate.OneOf(ROLES))


_QUERY, _REGISTER, _ROLE = PeopleQuery(), RegisterPerson(), ChangeRole()


@people.get("")
@admin_page
def list_some() -> ResponseReturnValue:
    """Accounts, the newest first, or those whom the words mean."""
    query = filters(_QUERY)
    window = take_window(query)
    found = find.list_some_users(
        UserFilter(query["role"], query["q"]),
        after_id=window.after_id,
        limit=window.limit + (0 if query["q"] else 1),
        actor=actor(),
    )
    page = sheet(found, window, lambda one: one.id)
    return render_template("admin/people.html", page=page, roles=ROLE_CHOICES)


def show_empty_form(refusal: AppError | None = None) -> str:
    """The form of somebody who has no account yet."""
    return render_template(
        "admin/person_new.html", filled=request.form, refusal=refusal, roles=ROLE_CHOICES
    )


def show_person(refusal: AppError | None = None, *, user_id: int) -> str:
    """One account, and what can be done about it."""
    return render_template(
        "admin/person.html",
        person=find.get_user(user_id, actor=actor()),
        is_own=user_id == actor().user_id,
        refusal=refusal,
        roles=ROLE_CHOICES,
    )


@people.get("/new")
@admin_page
def new() -> ResponseReturnValue:
    """The empty form."""
    return show_empty_form()


@people.post("")
@admin_form
@shown_again(show_empty_form)
def create() -> ResponseReturnValue:
    """Register somebody, and show the temporary password once."""
    made = register.register_person(
        **load(_REGISTER, given()), passwords=passwords(), at=g.received_at, actor=actor()
    )
    return render_template("admin/person_password.html", made=made, is_new=True), 201


@people.get("/<int:user_id>")
@admin_page
def show(user_id: int) -> ResponseReturnValue:
    """One account."""
    return show_person(user_id=user_id)


@people.post("/<int:user_id>/role")
@admin_form
@shown_again(show_person)
def change_role(user_id: int) -> ResponseReturnValue:
    """Give somebody another role."""
    role: Any = load(_ROLE, given())["role"]
    change.change_role(user_id, role, at=g.received_at, actor=actor())
    return _back_to(user_id, "The role was changed.")


@people.post("/<int:user_id>/reset-password")
@admin_form
@shown_again(show_person)
def reset_password(user_id: int) -> ResponseReturnValue:
    """Give somebody a temporary password, and show it once."""
    made = change.reset_password(user_id, passwords=passwords(), at=g.received_at, actor=actor())
    return render_template("admin/person_password.html", made=made, is_new=False)


@people.post("/<int:user_id>/activate")
@admin_form
@shown_again(show_person)
def activate(user_id: int) -> ResponseReturnValue:
    """Let somebody sign in again."""
    change.activate_user(user_id, at=g.received_at, actor=actor())
    return _back_to(user_id, "The account can sign in again.")


@people.post("/<int:user_id>/deactivate")
@admin_form
@shown_again(show_person)
def deactivate(user_id: int) -> ResponseReturnValue:
    """Refuse somebody from now on."""
    change.deactivate_user(user_id, at=g.received_at, actor=actor())
    return _back_to(user_id, "The account can no longer sign in.")


@people.post("/<int:user_id>/end-sessions")
@admin_form
@shown_again(show_person)
def end_sessions(user_id: int) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    count = change.end_all_sessions(user_id, at=g.received_at, actor=actor())
    return _back_to(user_id, f"Browsers and apps that were signed out: {count}.")


def _back_to(user_id: int, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(f"{LIST}/{user_id}", 303)
