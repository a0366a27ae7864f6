"""The pages behind one-time links, where a person sets a password: a first one, or a new one."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, render_template, request

from app.errors import AppError
from app.http.access import public
from app.http.credentials import passwords
from app.http.errors import with_headers
from app.http.limits import limited
from app.http.schemas import Schema, Secret, Text, load
from app.operations.auth.password_links import set_password_by_link
from app.web.forms import refuse_forgery

set_password = Blueprint("set_password", __name__, template_folder="templates")


class ChoosePassword(Schema):
    """The form's fields."""

    token = Text(required=True, shortest=1, longest=128)
    password = Secret(required=True)


CHOOSE_PASSWORD = ChoosePassword()


@set_password.get("/set-password")
@set_password.get("/reset", endpoint="show_reset")
@public
def show_form() -> Response:
    """The form; the link's token stands behind its `#`, which browsers send to nobody."""
    return _page()


@set_password.post("/set-password")
@set_password.post("/reset", endpoint="choose_new_password")
@limited("auth")
@public
def choose_password() -> Response:
    """Set the password, once."""
    try:
        refuse_forgery()
        given = load(CHOOSE_PASSWORD, request.form)
        set_password_by_link(**given, passwords=passwords(), at=g.received_at)
    except AppError as refusal:
        page = _page(error=refusal.message, token=request.form.get("token", ""))
        page.status_code = refusal.status
        return with_headers(refusal, page)
    return _page(done=True)


def _page(*, error: str | None = None, token: str = "", done: bool = False) -> Response:
    return make_response(
        render_template(
            "set_password.html",
            error=error,
            token=token,
            done=done,
            action=request.path.rstrip("/"),
        )
    )
