"""The one shape of every refusal (contract.md 8), as tests hold answers against it."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

CODES = {
    400: {
        "VALIDATION_ERROR",
        "INVALID_INPUT",
        "BAD_REQUEST",
        "EMAIL_ALREADY_EXISTS",
        "WRONG_PASSWORD",
        "INVALID_VERIFICATION_CODE",
        "PAST_BOOKING",
    },
    401: {
        "UNAUTHORIZED",
        "INVALID_CREDENTIALS",
        "INVALID_TOKEN",
        "TOKEN_EXPIRED",
        "TWO_FACTOR_REQUIRED",
    },
    403: {"PERMISSION_DENIED", "DEVICE_REVOKED"},
    404: {
        "NOT_FOUND",
        "ORDER_NOT_FOUND",
        "SERVICE_NOT_FOUND",
        "BUSINESS_NOT_FOUND",
        "APPOINTMENT_NOT_FOUND",
    },
    405: {"BAD_REQUEST"},
    409: {
        "CONFLICT",
        "INVALID_TRANSITION",
        "IDEMPOTENCY_CONFLICT",
        "LAST_ADMIN",
        "SLOT_UNAVAILABLE",
    },
    412: {"PRECONDITION_FAILED"},
    413: {"TOO_LARGE"},
    415: {"UNSUPPORTED_MEDIA_TYPE"},
    429: {"RATE_LIMITED"},
    500: {"SERVER_ERROR"},
    503: {"UNAVAILABLE"},
}
KEYS = {"success", "error_code", "message", "details", "request_id"}
VERIFY = "/api/v1/licenses/verify/"
VERIFIED = {
    *("is_valid", "status", "license_code", "specialization", "specialization_type", "level"),
    *("holder", "issued_at", "expires_at", "checked_at"),
}
"""That there is no such license is an answer, too: its 404 has the keys of both (licenses.md 3)."""
# What a library or a driver says when its words leak.
FOREIGN_WORDS = (
    "Traceback",
    "sqlalchemy",
    "sqlite",
    "pymysql",
    "marshmallow",
    "werkzeug",
    "UNIQUE constraint",
    "Duplicate entry",
    'File "',
)
JSON_PATHS = ("/api", "/auth", "/worker", "/employee", "/admin/api")


def is_json_path(path: str) -> bool:
    path = path.partition("?")[0]
    return any(path == one or path.startswith(f"{one}/") for one in JSON_PATHS)


def hold_to_the_shape(answer: TestResponse, path: str) -> dict[str, Any]:
    """The body of a refusal, once it is proved to have the one shape."""
    assert answer.mimetype == "application/json", (path, answer.status, answer.text[:200])
    body = answer.get_json()
    is_v1 = path.startswith("/api/v1/") or path == "/api/v1"
    expected = KEYS if is_v1 else KEYS | {"error"}
    if answer.status_code == 404 and body.get("is_valid") is False and path.startswith(VERIFY):
        expected = KEYS | VERIFIED
    assert set(body) == expected, (path, body)
    assert body["success"] is False
    assert body["error_code"] in CODES[answer.status_code], (path, answer.status, body)
    assert isinstance(body["message"], str)
    assert body["message"]
    assert is_v1 or body["error"] == body["message"]
    assert body["request_id"] == answer.headers["X-Request-ID"]
    details = body["details"]
    if details is not None:
        assert details, body
        for problems in details.values():
            assert problems, body
            assert all(isinstance(one, str) for one in problems), body
    for word in FOREIGN_WORDS:
        assert word not in answer.text, (path, answer.text[:300])
    return dict(body)
