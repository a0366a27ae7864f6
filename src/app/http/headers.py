"""The headers that every answer carries."""

from __future__ import annotations

from flask import Flask, Response, g, request

from app.config import Settings

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"


def register(app: Flask, settings: Settings) -> None:
    """Say who was answered, forbid guessing and framing, keep private answers out of caches."""

    def finish(answer: Response) -> Response:
        headers = answer.headers
        is_page = answer.mimetype == "text/html"
        headers.add("X-Request-ID", g.get("request_id", ""))
        headers.add("X-Content-Type-Options", "nosniff")
        # With "no-referrer" browsers post our own forms with "Origin: null", which is refused.
        headers.add("Referrer-Policy", "same-origin" if is_page else "no-referrer")
        headers.setdefault("Content-Security-Policy", PAGE_POLICY if is_page else DATA_POLICY)
        headers.setdefault("Cache-Control", "no-store")
        if settings.is_production and request.is_secure:
            headers.add("Strict-Transport-Security", "max-age=31536000")
        return answer

    app.after_request(finish)
