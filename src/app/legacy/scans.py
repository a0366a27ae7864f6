"""L9 and L24: an old device's scan in its historical spellings."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, g, jsonify

from app.errors import Invalid, OrderNotFound, Unauthorized
from app.http.access import actor, allow, scanning_device, settings
from app.http.application import keep_key
from app.http.bodies import json_object
from app.http.errors import render
from app.http.schemas import BIGINT
from app.legacy import successors
from app.legacy.successors import succeeded_by
from app.operations.actors import Role
from app.operations.devices.scanning import ScanningDevice
from app.operations.devices.shared import SHARED_DEVICE
from app.operations.tracks.record import Upload
from app.operations.tracks.sightings import (
    NamedWorker,
    Place,
    Refused,
    Sighting,
    code_digest,
)
from app.operations.tracks.unkeyed import record_unkeyed_scan
from app.operations.tracks.verdicts import answer_of
from app.support.label_text import LabelText, UnreadableLabel, read_label_text
from app.support.words import normal_action

scans = Blueprint("legacy_scans", __name__)
scans.after_request(successors.announce)

_ORDER_KEYS = (
    "order_number",
    "orderNumber",
    "qr_data",
    "qrData",
    "orderData",
    "qr",
    "code",
    "encodedData",
)
_MISSING = "Missing required fields"


@scans.post("/worker/scan")
@scans.post("/api/tracks")
@succeeded_by("/api/v1/workers/scan")
@allow(Role.NOBODY, Role.WORKER)
def scan() -> Response:
    """Record what an old device scanned."""
    device = _device()
    said = _Said(json_object())
    sighting = _sighting(said, device)
    keep_key()
    upload = record_unkeyed_scan(
        sighting,
        said.values,
        secret=settings().signing_secret,
        at=g.received_at,
        device=device,
    )
    return _answer(upload, has_reference=said.code is not None)


class _Said:
    """The body's fields under any of their names; raises Invalid."""

    def __init__(self, body: dict[str, Any]) -> None:
        self._body = body
        self.code_name, self.code = self._code()
        self.email = self._words("email", "orderEmail", longest=255)
        self.action = self._words("action", "orderStatus", longest=64)
        self.location = self._words("location", longest=255)
        self.note = self._words("note", "notes", longest=2000)
        self.worker_id = self._id("worker_id", "workerId")
        self.worker_name = self._words("workerName", "worker_name", longest=128)
        self.worker_email = self._words("workerEmail", "worker_email", longest=255)
        if self.code is None and self.email is None:
            problem = ["Send the label's text or the customer's e-mail address."]
            raise Invalid(_MISSING, details={"order_number": problem})

    @property
    def values(self) -> list[str | None]:
        """What makes two scans the same."""
        worker = None if self.worker_id is None else str(self.worker_id)
        who = [worker, self.worker_name, self.worker_email]
        return [*who, self.code, self.email, self.action, self.location, self.note]

    @property
    def named_worker(self) -> NamedWorker | None:
        if self.worker_name is None or self.worker_email is None:
            return None
        return NamedWorker(self.worker_name, self.worker_email)

    def _first(self, *names: str) -> tuple[str, Any]:
        for name in names:
            if self._body.get(name) not in (None, ""):
                return name, self._body[name]
        return names[0], None

    def _words(self, *names: str, longest: int) -> str | None:
        name, value = self._first(*names)
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > longest or "\x00" in value:
            raise Invalid.field(name, f"A text of at most {longest} characters.")
        return value.strip() or None

    def _code(self) -> tuple[str, str | None]:
        name, value = self._first(*_ORDER_KEYS)
        if isinstance(value, dict):
            value = json.dumps(value, ensure_ascii=False)
        elif isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is not None and not isinstance(value, str):
            raise Invalid.field(name, "Not a text.")
        return name, value if value and value.strip() else None

    def _id(self, *names: str) -> int | None:
        name, value = self._first(*names)
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
            value = int(value)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= BIGINT:
            raise Invalid.field(name, "Not a worker's id.")
        return value


def _device() -> ScanningDevice:
    if actor().role is Role.WORKER:
        return scanning_device()
    if settings().legacy_scan == "token":
        raise Unauthorized
    return SHARED_DEVICE


def _sighting(said: _Said, device: ScanningDevice) -> Sighting:
    action = normal_action(said.action) if said.action else None
    label = _label(said)
    doubts = []
    if device.is_shared:
        if said.worker_id is None and said.named_worker is None:
            raise Invalid(_MISSING, details={"workerId": ["Say which worker scanned."]})
        if settings().legacy_scan == "record" or action == "delivered":
            doubts.append("unverified")
    return Sighting(
        event_id="",
        label=label,
        code_digest=None if said.code is None else code_digest(said.code),
        content_digest=b"",
        action=action or ("scanned" if said.action else None),
        worker_id=said.worker_id,
        named_worker=said.named_worker,
        place=Place(said.location),
        note=said.note,
        order_email=said.email,
        source="legacy",
        doubts=tuple(doubts),
    )


def _label(said: _Said) -> LabelText:
    if said.code is None:
        return LabelText("references")
    try:
        return read_label_text(said.code, settings().own_hosts)
    except UnreadableLabel:
        raise Invalid.field(said.code_name, "Empty, or longer than 4096 characters.") from None


def _answer(upload: Upload, *, has_reference: bool) -> Response:
    (outcome,) = upload.outcomes
    if isinstance(outcome, Refused):
        raise AssertionError("a key that is derived from a content has that content")
    if has_reference and outcome.row["order_id"] is None:
        return render(OrderNotFound())
    answer = answer_of(outcome, missing_seq=[])
    track, order = answer["track"], answer["order"]
    return jsonify(
        message="Scan updated",
        track={
            **track,
            "workerId": track["worker_id"],
            "orderEmail": track["order_email"],
            "orderStatus": track["action"],
            "scannedAt": track["created_at"],
        },
        order=order and {"order_number": order["order_number"], "status": order["status"]},
    )
