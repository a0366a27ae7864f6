"""JSON under /api/v1: one area a folder, each route a sentence."""

from __future__ import annotations

from typing import Any

from flask import Flask
from marshmallow.fields import Field

from app.api.admin.routes import area as admin
from app.api.appointments import area as appointments
from app.api.appointments.schemas import Status, TimeOfDay
from app.api.audit.routes import area as audit
from app.api.auth.routes import area as auth
from app.api.businesses import area as businesses
from app.api.businesses.availability_routes import area as availability
from app.api.businesses.availability_schemas import Day
from app.api.customers.routes import area as customers
from app.api.devices.routes import area as devices
from app.api.events.routes import area as events
from app.api.licenses.routes import area as licenses
from app.api.notifications.routes import area as notifications
from app.api.orders.routes import area as orders
from app.api.orders.schemas import Bound
from app.api.proofs.routes import area as proofs
from app.api.services.routes import area as services
from app.api.tracks.routes import area as tracks
from app.api.users.routes import area as users
from app.api.users.schemas import Phone
from app.api.webhooks.routes import area as webhooks
from app.api.workers.routes import area as workers
from app.errors import every_code
from app.http.areas import Document
from app.http.schemas import Email, Pickup, Price, When

AREAS = (
    auth,
    services,
    orders,
    tracks,
    workers,
    devices,
    proofs,
    customers,
    businesses,
    availability,
    appointments,
    webhooks,
    events,
    notifications,
    admin,
    users,
    licenses,
    audit,
)

FIELDS: dict[type[Field[Any]], tuple[str, str | None]] = {
    When: ("string", "date-time"),
    TimeOfDay: ("string", None),
    Status: ("string", None),
    Bound: ("string", None),
    Day: ("string", "date"),
    Pickup: ("string", None),
    Email: ("string", "email"),
    Phone: ("string", None),
    Price: ("number", None),
}
_REFUSALS = {  # RFC 9110 and RFC 6585
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    503: "Service Unavailable",
}

_SIGN_INS = {
    "customerToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Of customers and owners: `access_token` of `POST /api/v1/auth/login`, renewed"
        " by `POST /api/v1/auth/refresh`.",
    },
    "deviceToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "Of workers: `worker_token` of `POST /api/v1/workers/login`. Of scanners:"
        " the token that `POST /api/v1/devices/enroll` gives.",
    },
    "adminSession": {
        "type": "apiKey",
        "in": "cookie",
        "name": "session",
        "description": "Of administrators: the cookie of `POST /admin/login` with a JSON body of"
        " `username` and `password`.",
    },
}


def register(app: Flask) -> Document:
    """Bind every area, and describe them in one OpenAPI 3.1 document."""
    app.config.update(
        API_TITLE="Handover",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={"info": {"description": _description()}},
    )
    document = Document(app)
    for name, scheme in _SIGN_INS.items():
        document.spec.components.security_scheme(name, scheme)
    document.describe_refusals(_REFUSALS)
    for field, described in FIELDS.items():
        document.register_field(field, *described)
    for area in AREAS:
        document.register_blueprint(area)
    app.extensions["handover_openapi"] = document
    return document


def _description() -> str:
    rows = "\n".join(f"| {status} | {code} | {words} |" for code, status, words in every_code())
    return (
        "Orders, labels and scans of a service business. Every refusal has one shape, and one of "
        f"these codes:\n\n| status | error_code | meaning |\n|---|---|---|\n{rows}\n"
    )
