"""What the devices area takes and gives (contract.md V21c and V21d, scans.md 1)."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, pre_dump, validate

from app.http.schemas import BIGINT, Schema, Text, When, Whole
from app.models import Device
from app.operations.tracks.device_state import summary
from app.support.words import SCAN_ACTIONS


class CreateDevice(Schema):
    """V21c."""

    name = Text(required=True, shortest=1, longest=128)
    station = Text(longest=64, allow_none=True, load_default=None)
    profile = fields.String(validate=validate.OneOf(("scan", "supervisor")), load_default="scan")
    default_action = fields.String(
        validate=validate.OneOf(SCAN_ACTIONS), allow_none=True, load_default=None
    )
    worker_id = Whole(least=1, most=BIGINT, allow_none=True, load_default=None)


class EnrolDevice(Schema):
    """V21d."""

    code = Text(required=True, shortest=1, longest=64)
    hardware = Text(longest=128, allow_none=True, load_default=None)
    app = Text(longest=64, allow_none=True, load_default=None)
    app_version = Text(longest=32, allow_none=True, load_default=None)


class DeviceView(Schema):
    """A device as an admin sees it; `missing_seq` holds pairs of first and last."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    station = fields.String(required=True, allow_none=True)
    profile = fields.String(required=True)
    origin = fields.String(required=True)
    default_action = fields.String(required=True, allow_none=True)
    worker_id = fields.Integer(required=True, allow_none=True)
    hardware = fields.String(required=True, allow_none=True)
    app = fields.String(required=True, allow_none=True)
    app_version = fields.String(required=True, allow_none=True)
    created_at = When(required=True)
    enrolled_at = When(required=True, allow_none=True)
    last_seen_at = When(required=True, allow_none=True)
    revoked_at = When(required=True, allow_none=True)
    clock_offset_ms = fields.Integer(required=True, allow_none=True)
    queue_depth = fields.Integer(required=True, allow_none=True)
    missing_seq = fields.List(fields.List(fields.Integer()), required=True)

    @pre_dump
    def read_state(self, device: Device, **_: Any) -> dict[str, Any]:
        """The row's columns, and what its scans told of the device itself."""
        told = summary(device.state)
        row = {name: getattr(device, name, None) for name in self.fields}
        return row | {
            "clock_offset_ms": told.offset_ms,
            "queue_depth": told.queue_depth,
            "missing_seq": told.missing_seq,
        }


class NewDeviceView(DeviceView):
    """A device, with the one-time code of its enrolment as text, as QR text and as picture."""

    code = fields.String(required=True)
    code_expires_at = When(required=True)
    qr_payload = fields.String(required=True)
    qr_svg = fields.String(required=True)


class EnrolledView(Schema):
    """The device's token, shown once, and what it is to do."""

    device_id = fields.Integer(required=True, attribute="device.id")
    token = fields.String(required=True)
    station = fields.String(required=True, allow_none=True, attribute="device.station")
    profile = fields.String(required=True, attribute="device.profile")
    default_action = fields.String(
        required=True, allow_none=True, attribute="device.default_action"
    )
    worker_id = fields.Integer(required=True, allow_none=True, attribute="device.worker_id")


class OwnDeviceView(Schema):
    """What a device asks about itself."""

    server_time = When(required=True)
    station = fields.String(required=True, allow_none=True)
    profile = fields.String(required=True)
    default_action = fields.String(required=True, allow_none=True)
    missing_seq = fields.List(fields.List(fields.Integer()), required=True)
