"""What answers look like (contract.md 4 and 8): every declared key, its type, and no other key."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.test import TestResponse

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")
ORDER_NUMBER = re.compile(r"[0-9A-Z]{8,10}")
LABEL_CODE = re.compile(r"[BCDFGHJKLNPRSTVX]{24}")
STATUS = re.compile(r"created|picked_up|processing|completed|delivered|cancelled")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
RESULT = re.compile(r"accepted|flagged|rejected")
NULL = type(None)
WORDS = (str, NULL)
NUMBER = (int, NULL)

SERVICE = {
    "id": int,
    "name": str,
    "price": float,
    "duration_minutes": NUMBER,
    "status": re.compile("active|inactive"),
}
OLD_SERVICE = SERVICE | {"duration": WORDS, "usage_count": int, "category": WORDS}
# licenses.md 1: what old clients are not told of.
SERVICE |= {"required_license": WORDS, "required_level": NUMBER}

_ORDER = {
    "id": int,
    "order_number": str,
    "customer_id": NUMBER,
    "service_id": NUMBER,
    "service_name": str,
    "name": str,
    "email": WORDS,
    "phone": WORDS,
    "pickup_date": WORDS,
    "instructions": WORDS,
    "total_cost": float,
    "status": STATUS,
    "qr_code_path": re.compile(r"/qr/.+\.png"),
    "created_at": INSTANT,
    "updated_at": INSTANT,
}
ORDER = _ORDER | {
    "label_code": LABEL_CODE,
    "tracking_url": re.compile("http://handover.test/track/[A-Z]{24}"),
    "version": int,
}
OLD_ORDER = _ORDER | {
    "customerName": str,
    "customerEmail": WORDS,
    "customerPhone": WORDS,
    "serviceId": [str],
    "service": [str],
    "pickupDate": WORDS,
    "specialInstructions": WORDS,
    "total": float,
    "createdAt": INSTANT,
}
ORDER_CREATED = OLD_ORDER | {
    "order": OLD_ORDER | {"id": ORDER_NUMBER},
    "customer": {"name": str, "email": str, "phone": WORDS},
    "barcodes": {"items": [str]},
}

_CONTACT = {"id": int, "name": str, "email": WORDS, "phone": WORDS}
AUTH = {
    "access_token": str,
    "refresh_token": str,
    "token": str,
    "customer": _CONTACT,
}
ACCOUNT = _CONTACT | {
    "is_active": bool,
    "role": str,
    "email_verified": bool,
    "locale": str,
    "timezone": WORDS,
    "channels": [str],
    "created_at": INSTANT,
    "updated_at": INSTANT,
}
CUSTOMER = _CONTACT | {"is_active": bool, "created_at": INSTANT}
OLD_CUSTOMER = CUSTOMER | {"createdAt": INSTANT, "totalOrders": int, "totalSpent": float}

_WORKER_NAME = {"id": int, "name": str, "email": WORDS}
WORKER = _WORKER_NAME | {"is_active": bool, "created_at": INSTANT, "updated_at": INSTANT}
OLD_WORKER = WORKER | {"createdAt": INSTANT}
NEW_WORKER = WORKER | {"token": str, "worker_token": str}
WORKER_SIGNED_IN = {"worker_token": str, "worker": _WORKER_NAME}
OLD_WORKER_SIGNED_IN = {"token": str, "worker": _WORKER_NAME}

TRACK = {
    "id": int,
    "order_id": NUMBER,
    "order_number": WORDS,
    "order_email": WORDS,
    "worker_id": NUMBER,
    "action": str,
    "note": WORDS,
    "location": WORDS,
    "created_at": INSTANT,
    "event_id": UUID,
    "kind": str,
    "target_event_id": WORDS,
    "force_reason": WORDS,
    "result": RESULT,
    "reason": WORDS,
    "effective_at": INSTANT,
    "received_at": INSTANT,
    "clock": str,
    "device_id": NUMBER,
}
OLD_TRACK = TRACK | {
    "workerId": NUMBER,
    "orderEmail": WORDS,
    "orderStatus": str,
    "scannedAt": INSTANT,
}
SCANNED = {
    "message": re.compile("Scan updated"),
    "track": OLD_TRACK,
    "order": {"order_number": str, "status": STATUS},
}
SCAN = {
    "event_id": UUID,
    "scan_id": int,
    "result": RESULT,
    "reason": WORDS,
    "reasons": [str],
    "replayed": bool,
    "signal": re.compile("ok|warn|stop"),
    "message": str,
    "order": {
        "order_number": str,
        "status": STATUS,
        "since": INSTANT,
        "pieces": {"seen": int, "of": int},
        "next": [str],
    },
    "transition": {"from": STATUS, "to": STATUS, "applied": bool, "skipped": [str]},
    "time": {
        "occurred_at": INSTANT,
        "effective_at": INSTANT,
        "received_at": INSTANT,
        "offset_ms": NUMBER,
        "clock": str,
    },
    "first_seen": WORDS,
    "track": TRACK,
    "missing_seq": [[int]],
}
SCAN_OF_NOTHING = SCAN | {"order": NULL, "transition": NULL}

DEVICE = {
    "id": int,
    "name": str,
    "station": WORDS,
    "profile": re.compile("scan|supervisor"),
    "origin": str,
    "default_action": WORDS,
    "worker_id": NUMBER,
    "hardware": WORDS,
    "app": WORDS,
    "app_version": WORDS,
    "created_at": INSTANT,
    "enrolled_at": WORDS,
    "last_seen_at": WORDS,
    "revoked_at": WORDS,
    "clock_offset_ms": NUMBER,
    "queue_depth": NUMBER,
    "missing_seq": [[int]],
}
NEW_DEVICE = DEVICE | {
    "code": str,
    "code_expires_at": INSTANT,
    "qr_payload": str,
    "qr_svg": re.compile(r"<svg [\s\S]+</svg>\s*"),
}
ENROLLED = {
    "device_id": int,
    "token": str,
    "station": WORDS,
    "profile": str,
    "default_action": WORDS,
    "worker_id": NUMBER,
}
TRACKING = {
    "order_number": str,
    "status": STATUS,
    "since": INSTANT,
    "service_name": str,
    "pickup_date": WORDS,
    "pieces": {"seen": int, "of": int},
    "timeline": [{"status": STATUS, "at": INSTANT}],
}

_REFUSAL = {"success": bool, "error_code": str, "message": str, "request_id": str}


def shaped(value: Any, shape: Any, path: str = "answer") -> Any:
    """The value, once it is seen to have the shape exactly.

    A shape is a type, a tuple of types, a pattern of a text, a dict of shapes, or a list with
    the shape of its items.
    """
    if isinstance(shape, dict):
        assert isinstance(value, dict), f"{path} is {value!r}"
        assert set(value) == set(shape), f"{path}: {sorted(set(value) ^ set(shape))}"
        for key, inner in shape.items():
            shaped(value[key], inner, f"{path}.{key}")
    elif isinstance(shape, list):
        assert isinstance(value, list), f"{path} is {value!r}"
        for number, one in enumerate(value):
            shaped(one, shape[0], f"{path}[{number}]")
    elif isinstance(shape, re.Pattern):
        assert isinstance(value, str), f"{path} is {value!r}"
        assert shape.fullmatch(value), f"{path} is {value!r}"
    else:
        kinds = shape if isinstance(shape, tuple) else (shape,)
        assert type(value) in kinds, f"{path} is {value!r}"
    return value


def refused(
    answer: TestResponse,
    status: int,
    code: str,
    message: str | None = None,
    *,
    field: str | None = None,
) -> dict[str, Any]:
    """The refusal's body, once it is seen to be one: contract.md 8, with `error` off /api/v1."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.mimetype == "application/json"
    body = answer.get_json()
    is_old = not answer.request.path.startswith("/api/v1")
    details = body.get("details")
    shape = _REFUSAL | {"details": NULL if details is None else dict}
    shaped(body, shape | {"error": str} if is_old else shape)
    assert body["success"] is False
    assert body["error_code"] == code
    assert body["request_id"] == answer.headers["X-Request-ID"]
    for name, problems in (details or {}).items():
        assert isinstance(name, str)
        assert problems
        shaped(problems, [str])
    if message is not None:
        assert body["message"] == message
    if is_old:
        assert body["error"] == body["message"]
    if field is not None:
        assert field in (details or {}), details
    return dict(body)


def answered(answer: TestResponse, status: int, shape: Any) -> Any:
    """The body of a success of this status and shape."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.mimetype == "application/json"
    return shaped(answer.get_json(), shape)
