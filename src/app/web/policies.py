"""What browsers may do on pages that need more than the ordinary page (http/headers.py)."""

from __future__ import annotations

from flask import Response

SCANNER_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self' 'wasm-unsafe-eval'; "
    "img-src 'self' data: blob:; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A worker obeys the policy that its own script came with, not that of the page.
WORKER_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "frame-ancestors 'none'"
)
SERVICE_WORKER_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"
)
SCANNER_PERMISSIONS = "camera=(self), microphone=(), geolocation=(self)"


def allow_scanning(page: Response) -> Response:
    """Let a page use the camera and the code reader."""
    page.headers["Content-Security-Policy"] = SCANNER_POLICY
    page.headers["Permissions-Policy"] = SCANNER_PERMISSIONS
    return page
