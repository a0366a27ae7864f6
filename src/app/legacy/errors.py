"""Refusals of the old surfaces: the one shape, and `error` with the message beside it."""

from __future__ import annotations

from flask import Response

from app.errors import AppError
from app.http.errors import is_json_path, json_answer, shape


def concerns(path: str) -> bool:
    """Whether a path belongs to an old surface."""
    return is_json_path(path) and not path.startswith("/api/v1")


def render(error: AppError) -> Response:
    """The answer with `error` added."""
    return json_answer(error, {"error": error.message, **shape(error)})
