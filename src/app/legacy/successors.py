"""Old routes name their successor, on refusals as on answers (RFC 9745, RFC 8288)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Response, current_app, request

View = TypeVar("View", bound=Callable[..., Any])

DEPRECATED_SINCE = "@1767225600"
"""2026-01-01, as RFC 9745 writes a date."""


def succeeded_by(path: str) -> Callable[[View], View]:
    """Declare what new clients call instead; `{ref}` stands for the argument of that name."""

    def mark(view: View) -> View:
        view.successor = path  # type: ignore[attr-defined]
        return view

    return mark


def announce(answer: Response) -> Response:
    """Add Deprecation and Link to an answer; a blueprint's `after_request`."""
    view = current_app.view_functions.get(request.endpoint or "")
    if (successor := getattr(view, "successor", None)) is not None:
        values = {name: quote(str(value)) for name, value in (request.view_args or {}).items()}
        answer.headers["Deprecation"] = DEPRECATED_SINCE
        answer.headers.add("Link", f'<{successor.format(**values)}>; rel="successor-version"')
    return answer
