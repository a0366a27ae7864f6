"""The cookies of a sign-in: the session's, and that of one which waits for its code."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, request, session

from app.http.access import SESSION_COOKIE, settings
from app.operations.auth.pending import LIFETIME

_WAITING = "sign_in"
_WAITING_PATHS = ("/admin/login", "/login")


def session_lifetime() -> timedelta:
    """For how long a browser stays signed in."""
    return timedelta(hours=settings().session_hours)


def sign_in(answer: Response, cookie: str) -> Response:
    """Give a browser its new session."""
    _forget_form()
    answer.set_cookie(
        SESSION_COOKIE,
        cookie,
        max_age=session_lifetime(),
        path="/",
        secure=settings().is_production,
        httponly=True,
        samesite="Lax",
    )
    for path in _WAITING_PATHS:
        if waiting() and request.path.startswith(path):
            answer.delete_cookie(_WAITING, path=path)
    return answer


def sign_out(answer: Response) -> Response:
    """Take a browser's session away."""
    _forget_form()
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


def wait(answer: Response, token: str, *, path: str) -> Response:
    """Let a browser come back to this door with the code, from our own form alone."""
    answer.set_cookie(
        _WAITING,
        token,
        max_age=LIFETIME,
        path=path,
        secure=settings().is_production,
        httponly=True,
        samesite="Strict",
    )
    return answer


def waiting() -> str:
    """The token of a browser that waits; empty for any other."""
    return request.cookies.get(_WAITING, "")


def _forget_form() -> None:
    """A token for forms that was planted before a sign-in is of no use after it."""
    if session:
        session.clear()
