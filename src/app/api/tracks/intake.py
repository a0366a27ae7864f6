"""From a request's body to sightings: validated in memory, before anything is asked or locked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request

from app.api.tracks.schemas import RecordScan, RecordScanAlone, RecordScanNow, monotonic
from app.errors import Invalid, TooLarge
from app.http.access import scanning_device, settings
from app.http.application import keep_key
from app.http.schemas import load
from app.operations.tracks.sightings import (
    Place,
    Refused,
    Sighting,
    content_digest,
    read_code,
)
from app.support.label_text import UnreadableLabel
from app.support.tokens import derived_event_id, new_event_id

MOST_EVENTS = 500
SMALL_BATCH = 50
_LONG_FORM = ("event_id", "occurred_at", "sent_at")

_scan = RecordScan()
_scan_alone = RecordScanAlone()
_scan_now = RecordScanNow()


def is_short_form(body: Mapping[str, Any]) -> bool:
    """Whether a single scan leaves its key and times to the server (scans.md 3)."""
    return not any(body.get(key) is not None for key in _LONG_FORM)


def sighting_alone(body: dict[str, Any]) -> tuple[Sighting, int | None]:
    """The long form's scan, and the depth of the device's queue; raises Invalid."""
    read = load(_scan_alone, body)
    return _sighting(body, read, read["sent_at"]), read["queue_depth"]


def sighting_now(body: dict[str, Any]) -> Sighting:
    """The short form's scan; with an Idempotency-Key its key within the device. Raises Invalid."""
    read = load(_scan_now, body)
    code = read["code"] or read["qr_data"] or read["order_number"]
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise Invalid.field("Idempotency-Key", "1 to 255 printable characters.")
    event_id = new_event_id()
    if key is not None:
        keep_key()
        device_id = str(scanning_device().id)
        event_id = derived_event_id("key", settings().signing_secret, device_id, key)
    sent = {**body, "event_id": event_id, "code": code, "occurred_at": None}
    return _sighting(sent, {**read, "event_id": event_id, "code": code, "occurred_at": None}, None)


def is_large(events: list[Any]) -> bool:
    """Whether a batch is work enough to take turns at; one that is too large is none."""
    return SMALL_BATCH < len(events) <= MOST_EVENTS


def sightings_of(events: list[Any], sent_at: datetime) -> list[Sighting | Refused]:
    """A batch's events, each read or refused by itself; raises TooLarge for more than 500."""
    if len(events) > MOST_EVENTS:
        raise TooLarge(f"At most {MOST_EVENTS} events in one batch.")
    return [_event(event, sent_at) for event in events]


def _event(event: Any, sent_at: datetime) -> Sighting | Refused:
    if not isinstance(event, dict):
        return Refused(None, Invalid.field("event", "Not a JSON object."))
    try:
        return _sighting(event, load(_scan, event), sent_at)
    except Invalid as refusal:
        event_id = event.get("event_id")
        return Refused(event_id if isinstance(event_id, str) else None, refusal)


def _sighting(
    body: Mapping[str, Any], read: Mapping[str, Any], sent_at: datetime | None
) -> Sighting:
    try:
        label, digest = read_code(read["code"], settings().own_hosts)
    except UnreadableLabel:
        raise Invalid.field("code", "Empty, or longer than 4096 characters.") from None
    location = read["location"] or {}
    return Sighting(
        event_id=read["event_id"],
        label=label,
        code_digest=digest,
        content_digest=content_digest({**body, "event_id": read["event_id"]}),
        action=read["action"],
        occurred_at=read["occurred_at"],
        sent_at=sent_at,
        seq=read["seq"],
        mono=monotonic(read["mono"]),
        worker_id=read["worker_id"],
        place=Place(location.get("code"), location.get("lat"), location.get("lon")),
        piece=(read["pieces"] or {}).get("n"),
        note=read["note"],
        force_reason=(read["force"] or {}).get("reason"),
        source=read["source"],
    )
