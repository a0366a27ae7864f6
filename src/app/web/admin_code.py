"""The second step of an admin's sign-in."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect
from flask.typing import ResponseReturnValue

from app.http.access import public
from app.http.limits import limited
from app.operations.auth import admin_sessions
from app.web import cookies, second_step
from app.web.admin_access import LOGIN

admin_code = Blueprint("admin_code", __name__, template_folder="templates")

HOME = "/admin"
CODE = "/admin/login/code"


@admin_code.get(CODE)
@public
def show_code() -> ResponseReturnValue:
    """The page that asks for the code."""
    return second_step.show_code(LOGIN)


@admin_code.post(CODE)
@limited("auth")
@public
def confirm_code() -> ResponseReturnValue:
    """Sign in by the code."""
    return second_step.confirm_code(LOGIN, _let_in)


def prove_code(token: str, code: str) -> str:
    """The new session's cookie; raises WrongCode for what has to be answered, and not undone."""
    return second_step.prove_code("admin code", admin_sessions.finish_log_in, token, code)


def _let_in(token: str, code: str) -> Response:
    return cookies.sign_in(make_response(redirect(HOME, 303)), prove_code(token, code))
