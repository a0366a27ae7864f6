"""The second step of an owner's sign-in."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from app.http.access import public
from app.http.limits import limited
from app.operations.auth import person_sessions
from app.web import second_step
from app.web.page_access import LOGIN
from app.web.sign_in import CODE, let_in

sign_in_code = Blueprint("sign_in_code", __name__, template_folder="templates")


@sign_in_code.get(CODE)
@public
def show_code() -> ResponseReturnValue:
    """The page that asks for the code."""
    return second_step.show_code(LOGIN)


@sign_in_code.post(CODE)
@limited("auth")
@public
def confirm_code() -> ResponseReturnValue:
    """Sign in by the code, and go on where somebody came from."""
    return second_step.confirm_code(LOGIN, _let_in)


def _let_in(token: str, code: str) -> Response:
    finish = person_sessions.finish_log_in
    return let_in(second_step.prove_code("code", finish, token, code))
