"""The page of somebody who has forgotten a password: an address in, a mail out, and no telling."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from app.api.auth.schemas import ForgotPassword
from app.errors import AppError
from app.http.access import public
from app.http.limits import limited
from app.http.schemas import load
from app.operations.auth.password_links import ask_for_reset
from app.web.page_access import open_form
from app.web.refused import shown_again

forgot = Blueprint("forgot", __name__, template_folder="templates")

PAGE = "/forgot"
_FORM = ForgotPassword()


def render_page(refusal: AppError | None = None, *, is_sent: bool = False) -> str:
    """The form, or that a mail is on its way where there is an account."""
    return render_template(
        "forgot.html",
        errors=(refusal.details or {}) if refusal else {},
        email=request.form.get("email", ""),
        is_sent=is_sent,
    )


@forgot.get(PAGE)
@public
def show_form() -> ResponseReturnValue:
    """The empty form."""
    return render_page()


@forgot.post(PAGE)
@limited("auth")
@open_form
@shown_again(render_page)
def ask() -> ResponseReturnValue:
    """Have a link mailed; the page is the same whether there is an account."""
    ask_for_reset(**load(_FORM, request.form), at=g.received_at)
    return render_page(is_sent=True)
