"""Refusals on pages: a page for people, JSON for a client that speaks JSON."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from app.errors import AppError, PasswordChangeRequired
from app.http.access import actor
from app.http.errors import is_json_path, json_answer, shape, with_headers
from app.web import admin_access, page_access
from app.web.admin_access import PASSWORD as ADMIN_PASSWORD
from app.web.fragments import into_alerts, is_fragment, lead_to
from app.web.refused import render_refused

_ADVICE = {
    400: "Go back, check what you entered, and try again.",
    401: "Sign in, then open this page again.",
    403: "If you should be able to do this, ask an administrator.",
    404: "Check the address, or scan the label again.",
    405: "Go back, and use the page's own buttons.",
    413: "Send less at once.",
    429: "Wait a moment, then try again.",
    500: "Nothing was changed. Please try again; if it happens again, report the number below.",
    503: "Nothing was changed. Please try again in a moment.",
}


_WAYS_BACK = {
    "/admin": ("/admin", "Back to the dashboard"),
    "/my": ("/my", "Back to your appointments"),
    "/business": ("/business", "Back to your businesses"),
    "/b": ("/b", "Look for a business"),
}


def concerns(path: str) -> bool:
    """Whether a path belongs to the pages."""
    return not is_json_path(path)


def render(error: AppError) -> Response:
    """A page, for a script a piece of one, or JSON with `error` where the client wants JSON."""
    if prefers_json():
        return json_answer(error, {"error": error.message, **shape(error)})
    if isinstance(error, PasswordChangeRequired):
        return lead_to(ADMIN_PASSWORD if actor().is_admin else page_access.PASSWORD)
    if (form := render_refused(error)) is not None:
        return with_headers(error, form)
    back, words = _way_back(request.path)
    is_admin = request.path.startswith("/admin")
    page = render_template(
        "alert.html" if is_fragment() else "error.html",
        status=error.status,
        message=error.message,
        advice=_ADVICE.get(error.status),
        request_id=shape(error)["request_id"],
        login=(admin_access if is_admin else page_access).LOGIN if error.status == 401 else None,
        back=back,
        back_words=words,
    )
    answer = with_headers(error, make_response(page, error.status))
    return into_alerts(answer) if is_fragment() else answer


def _way_back(path: str) -> tuple[str, str]:
    area = "/" + path.split("/", 2)[1]
    return _WAYS_BACK.get(area, ("/track", "Find your order"))


def prefers_json() -> bool:
    """Whether the client sends JSON, or accepts it rather than a page."""
    offered = ["text/html", "application/json"]
    return request.is_json or request.accept_mimetypes.best_match(offered) == offered[1]
