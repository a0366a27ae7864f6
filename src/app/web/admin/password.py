"""An admin's own password: changed by the old one."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.errors import AppError
from app.http.access import actor, before_password_change
from app.http.credentials import THE_PASSWORD, guesses, passwords
from app.http.schemas import Schema, Secret, load
from app.operations.auth.accounts import get_account
from app.operations.auth.admins import change_own_password
from app.operations.auth.proving import login_of
from app.web.admin_access import PASSWORD, admin_form, admin_page
from app.web.refused import shown_again

password = Blueprint("admin_password", __name__)

PAGE = PASSWORD


class ChangePassword(Schema):
    """The password that was, and the one that will be."""

    password = Secret(required=True)
    new_password = Secret(required=True)


_FORM = ChangePassword()


def render_page(refusal: AppError | None = None) -> str:
    """The form, with what a refused one was told."""
    return render_template("admin/password.html", refusal=refusal)


@password.get(PAGE)
@admin_page
@before_password_change
def show_form() -> ResponseReturnValue:
    """The empty form."""
    return render_page()


@password.post(PAGE)
@admin_form
@before_password_change
@shown_again(render_page)
def change() -> ResponseReturnValue:
    """Change it; somebody at an open browser has no more guesses than at the login page."""
    given = load(_FORM, request.form)
    account = get_account(actor=actor())
    with guesses(THE_PASSWORD, login_of(account)):
        change_own_password(**given, passwords=passwords(), at=g.received_at, actor=actor())
    flash("Your password is changed. Your other browsers are signed out.")
    return redirect("/admin/account", 303)
