"""Which pages may call the API from another origin (contract.md 9)."""

from __future__ import annotations

import re

from flask import Flask, Response, request

from app.config import Settings
from app.extensions import cors

_OPEN_PATHS = r"/(api|auth|worker|employee|qr)(/.*)?"
_IS_OPEN = re.compile(_OPEN_PATHS, re.DOTALL).fullmatch
_CLIENTS = (
    r"^null$",
    r"^file://$",
    r"^app://\.$",
    r"^http://localhost(:\d{1,5})?$",
    r"^http://127\.0\.0\.1(:\d{1,5})?$",
)


def register(app: Flask, settings: Settings) -> None:
    """Answer preflights; credentials are never allowed across origins."""
    app.after_request(_vary)  # runs after flask-cors, which is silent to other origins
    origins = [*_CLIENTS, *(f"^{re.escape(origin)}$" for origin in settings.allow_origins)]
    cors.init_app(
        app,
        resources={
            _OPEN_PATHS: {
                "origins": origins,
                "methods": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
                "allow_headers": [
                    "Authorization",
                    "Content-Type",
                    "Idempotency-Key",
                    "If-Match",
                    "If-None-Match",
                    "X-Request-ID",
                ],
                "expose_headers": [
                    "Deprecation",
                    "ETag",
                    "Link",
                    "Location",
                    "Retry-After",
                    "Scan-Batch-Limit",
                    "X-Request-ID",
                    "X-Total-Count",
                ],
                "supports_credentials": False,
                "max_age": 600,
                "vary_header": True,
            }
        },
    )


def _vary(answer: Response) -> Response:
    """Keep caches from giving one origin's answer to another."""
    if _IS_OPEN(request.path):
        if "Vary" in answer.headers:
            answer.vary.add("Origin")
        else:
            answer.headers.add("Vary", "Origin")
    return answer
