"""Refusals become answers here: one shape for v1, and a hook for the surfaces that add to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from app import errors
from app.errors import AppError

log = structlog.get_logger(__name__)

Renderer = Callable[[AppError], Response]
JSON_PREFIXES = ("/api", "/auth", "/worker", "/employee", "/admin/api")

_BY_STATUS: dict[int, type[AppError]] = {
    400: errors.BadRequest,
    401: errors.Unauthorized,
    403: errors.PermissionDenied,
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    412: errors.PreconditionFailed,
    413: errors.TooLarge,
    414: errors.TooLarge,
    415: errors.UnsupportedMediaType,
    429: errors.RateLimited,
    503: errors.Unavailable,
}


def shape(error: AppError) -> dict[str, Any]:
    """The body of contract.md 8."""
    return {
        "success": False,
        "error_code": error.code,
        "message": error.message,
        "details": error.details,
        "request_id": g.get("request_id"),
    }


def json_answer(error: AppError, body: dict[str, Any]) -> Response:
    """A refusal as JSON, with the headers that its status asks for."""
    answer = jsonify(body)
    answer.status_code = error.status
    return with_headers(error, answer)


def with_headers(error: AppError, answer: Response) -> Response:
    """Retry-After, WWW-Authenticate and Allow, where RFC 9110 wants them; the last word on it."""
    g.refused = error
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="handover"'
    if error.status == 405 and (allowed := g.get("allowed_methods")):
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def render(error: AppError) -> Response:
    """The answer in the shape of the surface that was asked."""
    renderers: list[tuple[Callable[[str], bool], Renderer]] = current_app.extensions[
        "handover_renderers"
    ]
    for concerns, renderer in renderers:
        if concerns(request.path):
            return renderer(error)
    return json_answer(error, shape(error))


def render_with(app: Flask, concerns: Callable[[str], bool], renderer: Renderer) -> None:
    """Let a surface render the refusals of its paths."""
    app.extensions.setdefault("handover_renderers", []).append((concerns, renderer))


def is_json_path(path: str) -> bool:
    """Whether a path belongs to the surfaces that answer JSON and nothing else (contract.md 1.4)."""
    return any(path == prefix or path.startswith(prefix + "/") for prefix in JSON_PREFIXES)


def register(app: Flask) -> None:
    """Every exception that leaves a view ends here."""
    app.extensions.setdefault("handover_renderers", [])
    app.register_error_handler(AppError, render)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error
    if error.code == 405:
        g.allowed_methods = getattr(error, "valid_methods", None) or ()
    if error.code is not None and error.code >= 500 and error.code != 503:
        return render(errors.ServerFault())
    return render(_BY_STATUS.get(error.code or 400, errors.BadRequest)())


def _unforeseen(error: Exception) -> Response:
    log.exception("unhandled", kind=type(error).__name__)
    if (report := current_app.extensions.get("handover_report")) is not None:
        report(error)
    g.fault = error
    return render(errors.ServerFault())
