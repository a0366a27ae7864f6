"""The rows of contract.md's two tables, and the routes that each of them promises."""

from __future__ import annotations

import re

LEGACY: dict[str, tuple[str, ...]] = {
    "L1": ("GET /api/services",),
    "L2": ("POST /api/orders",),
    "L3": ("GET /api/orders",),
    "L4": ("PUT /api/orders/{ref}",),
    "L5": ("DELETE /api/orders/{ref}",),
    "L6": ("GET /qr/{number}.png", "GET /static/qr/{number}.png"),
    "L7": ("POST /auth/signup",),
    "L8": ("POST /auth/login",),
    "L9": ("POST /worker/scan",),
    "L10": ("GET /admin/login",),
    "L11": ("POST /admin/login",),
    "L12": ("POST /admin/logout",),
    "L13": ("GET /admin", "GET /admin/{page}"),
    "L14": ("GET /admin/api/services",),
    "L15": ("POST /admin/api/services",),
    "L16": ("PUT /admin/api/services/{id}",),
    "L17": ("DELETE /admin/api/services/{id}",),
    "L18": ("GET /admin/api/customers",),
    "L19": ("POST /admin/api/customers",),
    "L20": ("PUT /admin/api/customers/{id}", "DELETE /admin/api/customers/{id}"),
    "L21": ("GET /admin/api/orders", "GET /admin/api/orders/{ref}"),
    "L22": ("PUT /admin/api/orders/{ref}", "DELETE /admin/api/orders/{ref}"),
    "L22b": (
        "GET /admin/api/workers",
        "POST /admin/api/workers",
        "GET /admin/api/workers/{id}",
        "PUT /admin/api/workers/{id}",
        "DELETE /admin/api/workers/{id}",
    ),
    "L23": ("GET /health", "GET /healthz", "GET /ping"),
    "L24": ("POST /api/tracks",),
    "L25": ("POST /employee/login",),
}

V1: dict[str, tuple[str, ...]] = {
    "V1": ("POST /api/v1/auth/register",),
    "V2": ("POST /api/v1/auth/login",),
    "V3": ("POST /api/v1/auth/refresh",),
    "V4": ("POST /api/v1/auth/logout",),
    "V5": ("GET /api/v1/auth/me", "PATCH /api/v1/auth/me"),
    "V6": ("GET /api/v1/services", "GET /api/v1/services/{id}"),
    "V8": (
        "POST /api/v1/services",
        "PUT /api/v1/services/{id}",
        "DELETE /api/v1/services/{id}",
    ),
    "V11": ("POST /api/v1/orders",),
    "V12": ("GET /api/v1/orders",),
    "V13": ("GET /api/v1/orders/{ref}",),
    "V14": ("PUT /api/v1/orders/{ref}", "PATCH /api/v1/orders/{ref}"),
    "V15": ("DELETE /api/v1/orders/{ref}",),
    "V15b": (
        "GET /api/v1/orders/{ref}/qr.png",
        "GET /api/v1/orders/{ref}/qr.svg",
        "GET /api/v1/orders/{ref}/label.pdf",
        "GET /api/v1/orders/{ref}/label.png",
        "GET /api/v1/orders/{ref}/label.svg",
        "GET /api/v1/orders/{ref}/label.zpl",
    ),
    "V16": ("GET /api/v1/customers", "PUT /api/v1/customers"),
    "V18": (
        "GET /api/v1/customers/{id}",
        "GET /api/v1/customers/profile/{id}",
        "DELETE /api/v1/customers/{id}",
    ),
    "V19": (
        "POST /api/v1/workers",
        "POST /api/v1/workers/register",
        "GET /api/v1/workers",
        "GET /api/v1/workers/{id}",
        "PUT /api/v1/workers/{id}",
        "DELETE /api/v1/workers/{id}",
    ),
    "V20": ("POST /api/v1/workers/login",),
    "V21": ("POST /api/v1/workers/scan",),
    "V21b": ("POST /api/v1/workers/scans", "POST /api/v1/workers/scans/{event_id}/void"),
    "V21c": (
        "POST /api/v1/devices",
        "GET /api/v1/devices",
        "GET /api/v1/devices/{id}",
        "POST /api/v1/devices/{id}/revoke",
        "POST /api/v1/workers/scans/{event_id}/apply",
        "POST /api/v1/workers/scans/{event_id}/dismiss",
    ),
    "V21d": (
        "POST /api/v1/devices/enroll",
        "POST /api/v1/devices/roll",
        "GET /api/v1/devices/me",
    ),
    "V22": ("GET /api/v1/tracks",),
    "V23": ("GET /api/v1/tracks/order/{ref}", "GET /api/v1/orders/{ref}/tracks"),
    "V24": ("GET /api/v1/admin/stats",),
    "V25": ("GET /T/{label_code}", "GET /track/{label_code}", "GET /api/v1/track/{label_code}"),
    "V26": ("GET /api/v1/openapi.json", "GET /api/docs"),
}

BEYOND: dict[str, str] = {
    "POST /api/v1/auth/set-password": "the one-time link of L19, for clients",
    "POST /api/v1/orders/{ref}/rotate-label": "the reprint of scans.md 2",
    "GET /track": "issue 5: one's own order by number and e-mail address",
    "POST /track": "issue 5: the same form, posted",
    "GET /api/docs/assets/{name}": "the files of V26's page",
    **{
        f"GET /api/v1/audit/{path}": "ledger.md 4"
        for path in (
            "my-logs",
            "logs",
            "statistics",
            "security-events",
            "failed-logins",
            "resource/{type}/{id}",
            "checkpoint",
        )
    },
}

SUCCESSORS: dict[str, str] = {
    "L1": "/api/v1/services",
    "L2": "/api/v1/orders",
    "L3": "/api/v1/orders",
    "L4": "/api/v1/orders/{ref}",
    "L5": "/api/v1/orders/{ref}",
    "L7": "/api/v1/auth/register",
    "L8": "/api/v1/auth/login",
    "L9": "/api/v1/workers/scan",
    "L24": "/api/v1/workers/scan",
    "L25": "/api/v1/workers/login",
}
"""The switched rows: `LEGACY_ROUTES=off` leaves them out as a whole."""

ROWS = {**LEGACY, **V1}

SAMPLES = {
    "ref": "K7WQ2RNT",
    "number": "K7WQ2RNT",
    "id": "424242",
    "page": "orders",
    "name": "docs.css",
    "label_code": "BCDFGHJKLNPRSTVXBCDFGHJK",
    "event_id": "01938f0e-6c1b-7c11-9a52-0d3f5f6e7a10",
}


def routes() -> list[tuple[str, str, str]]:
    """Each promised route once: the row's id, the method, the path with its placeholders."""
    return [(row, *route.split(" ")) for row, some in ROWS.items() for route in some]


def sample(path: str) -> str:
    """A path with something in each placeholder that routes, and that names nothing stored."""
    return re.sub(r"{(\w+)}", lambda found: SAMPLES[found[1]], path)
