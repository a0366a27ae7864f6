"""The bytes of requests, distinct, made before the clock starts."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from app.support.clock import instant_text
from bench.lines import NOW
from bench.people import customer_token, device_token
from bench.rows import DEVICES
from bench.stores import Store, fetch

ACTIONS = ("processing", "completed", "delivered")
"""What an open order of the bench has before it."""

_numbers = defaultdict[int, Iterator[int]](lambda: count(1))
"""What each device has scanned: without gaps, as its queue would number them."""

_client = count(1)


def http(
    method: str, path: str, *, token: str | None = None, body: bytes = b"", headers: str = ""
) -> bytes:
    """One request, each from an address of its own, as behind a proxy."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench.example", f"X-Forwarded-For: {_address()}"]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    head = "\r\n".join(lines) + "\r\n" + headers + "\r\n"
    return head.encode() + body


def event(
    code: str, action: str, device: int, *, occurred_at: str = NOW.decode()
) -> dict[str, Any]:
    """One scan with a key of its own; it happens when it is sent unless said otherwise."""
    return {
        "event_id": str(uuid.uuid4()),
        "code": code,
        "action": action,
        "occurred_at": occurred_at,
        "seq": next(_numbers[device]),
        "location": "COUNTER",
    }


def scan(code: str, action: str, device: int) -> bytes:
    """A single scan in its long form."""
    body = {**event(code, action, device), "sent_at": NOW.decode()}
    return _post("/api/v1/workers/scan", body, device_token(device))


def queue(which: Sequence[tuple[str, str]], device: int) -> bytes:
    """An upload of (action, code), a second apart, the last of them a minute ago."""
    first = datetime.now(UTC) - timedelta(seconds=60 + len(which))
    events = [
        event(code, action, device, occurred_at=instant_text(first + timedelta(seconds=number)))
        for number, (action, code) in enumerate(which)
    ]
    body = {"sent_at": NOW.decode(), "events": events}
    return _post("/api/v1/workers/scans", body, device_token(device))


def scans(codes: Sequence[str], *, first_device: int = 0) -> list[bytes]:
    """First-time scans that each move their order on; neighbours are of other devices and orders."""
    return [
        scan(code, action, first_device + number % (DEVICES - first_device))
        for action in ACTIONS
        for number, code in enumerate(codes)
    ]


def orders(how_many: int, service_id: int = 1) -> Iterator[bytes]:
    """Orders of the bench's customer."""
    token = customer_token()
    for number in range(how_many):
        body = {"service_id": service_id, "instructions": f"Order {number} of the bench"}
        yield _post("/api/v1/orders", body, token)


def codes_of(store: Store, *, recent: bool) -> list[str]:
    """The label codes of the open orders: the newest, or those spread over all others."""
    rows = fetch(
        store,
        "SELECT label_code FROM orders JOIN bench_pool USING (id) WHERE is_recent = ? ORDER BY id",
        (int(recent),),
    )
    return [str(code) for (code,) in rows]


def _post(path: str, body: dict[str, Any], token: str) -> bytes:
    return http("POST", path, token=token, body=json.dumps(body).encode())


def _address() -> str:
    number = next(_client) % (1 << 24)
    return f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
