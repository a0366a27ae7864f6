"""The second step of a sign-in: the code that the app shows, or a recovery code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.api.auth.schemas import OneTimeCode
from app.errors import AppError, SignInOver, WrongCode
from app.http.access import SESSION_COOKIE
from app.http.credentials import guesses
from app.http.errors import with_headers
from app.http.schemas import load
from app.operations.auth.pending import get_waiting_login
from app.operations.auth.sessions import Browser
from app.support.browsers import browser_words
from app.web import cookies
from app.web.forms import refuse_forgery
from app.web.page_access import local_way

ONE_TIME_CODE = OneTimeCode()
T = TypeVar("T")


def show_code(door: str) -> ResponseReturnValue:
    """The page that asks for the code; without a password proved, the sign-in at this door."""
    try:
        get_waiting_login(cookies.waiting(), at=g.received_at)
    except SignInOver:
        return redirect(door)
    return _page(door, None)


def confirm_code(door: str, let_in: Callable[[str, str], Response]) -> ResponseReturnValue:
    """What `let_in` answers to the waiting sign-in and its code; a wrong one may be tried again."""
    try:
        refuse_forgery()
        return let_in(cookies.waiting(), load(ONE_TIME_CODE, request.form)["code"])
    except AppError as refusal:  # rendered, not raised: the try stays counted
        return _page(door, refusal)


def prove_code(surface: str, finish: Callable[..., T | WrongCode], token: str, code: str) -> T:
    """What the operation opens; raises WrongCode for what has to be answered, and not undone."""
    with guesses(surface, get_waiting_login(token, at=g.received_at)):
        outcome = finish(
            token=token,
            code=code,
            lifetime=cookies.session_lifetime(),
            at=g.received_at,
            browser=asking_browser(),
        )
        if isinstance(outcome, WrongCode):
            raise outcome
        return outcome


def asking_browser() -> Browser:
    """The browser that asks, with the session that it may hold already."""
    words = browser_words(request.headers.get("User-Agent", ""))
    return Browser(words, request.cookies.get(SESSION_COOKIE))


def _page(door: str, refusal: AppError | None) -> Response:
    page = render_template(
        "login_code.html",
        refusal=refusal,
        is_over=isinstance(refusal, SignInOver),
        door=door,
        way=local_way(request.values.get("next", "")),
    )
    answer = make_response(page, 200 if refusal is None else refusal.status)
    return answer if refusal is None else with_headers(refusal, answer)
