"""The second step of an admin's sign-in: the code that the app shows, or a recovery code."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.errors import AppError, SignInOver
from app.http.access import SESSION_COOKIE, public, settings
from app.http.credentials import guesses
from app.http.errors import with_headers
from app.http.limits import limited
from app.http.schemas import Schema, Text, load
from app.operations.auth import admin_sessions
from app.operations.auth.admin_sessions import Browser
from app.operations.auth.pending import get_waiting_login
from app.support.browsers import browser_words
from app.web import cookies
from app.web.admin_access import LOGIN
from app.web.forms import refuse_forgery

admin_code = Blueprint("admin_code", __name__, template_folder="templates")

HOME = "/admin"
CODE = "/admin/login/code"


class OneTimeCode(Schema):
    """The code, as typed."""

    code = Text(required=True, shortest=1, longest=64)


ONE_TIME_CODE = OneTimeCode()


@admin_code.get(CODE)
@public
def show_code() -> ResponseReturnValue:
    """The page that asks for the code; without a password proved, the login page."""
    try:
        get_waiting_login(cookies.waiting(), at=g.received_at)
    except SignInOver:
        return redirect(LOGIN)
    return _page(None)


@admin_code.post(CODE)
@limited("auth")
@public
def confirm_code() -> ResponseReturnValue:
    """Sign in by the code; a wrong one may be tried again, a few times."""
    try:
        refuse_forgery()
        cookie = prove_code(cookies.waiting(), load(ONE_TIME_CODE, request.form)["code"])
    except AppError as refusal:  # rendered, not raised: the try stays counted
        return _page(refusal)
    return cookies.sign_in(make_response(redirect(HOME, 303)), cookie)


def prove_code(token: str, code: str) -> str:
    """The new session's cookie; raises WrongCode for what has to be answered, and not undone."""
    with guesses("admin code", get_waiting_login(token, at=g.received_at)):
        outcome = admin_sessions.finish_log_in(
            token=token,
            code=code,
            lifetime=timedelta(hours=settings().session_hours),
            at=g.received_at,
            browser=asking_browser(),
        )
        if not isinstance(outcome, str):
            raise outcome
        return outcome


def asking_browser() -> Browser:
    """The browser that asks, with the session that it may hold already."""
    words = browser_words(request.headers.get("User-Agent", ""))
    return Browser(words, request.cookies.get(SESSION_COOKIE))


def _page(refusal: AppError | None) -> Response:
    is_over = isinstance(refusal, SignInOver)
    page = render_template("admin_code.html", refusal=refusal, is_over=is_over)
    answer = make_response(page, 200 if refusal is None else refusal.status)
    return answer if refusal is None else with_headers(refusal, answer)
