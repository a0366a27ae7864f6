"""The routes of the devices area (contract.md V21c and V21d, scans.md 1)."""

from __future__ import annotations

import json
from typing import Any

from flask import g, jsonify, request

from app.api.devices.schemas import (
    CreateDevice,
    DeviceView,
    EnrolDevice,
    EnrolledView,
    NewDeviceView,
    OwnDeviceView,
)
from app.http.access import actor, allow, public, scanning_device, settings
from app.http.areas import Area
from app.http.limits import limited
from app.http.paging import PageQuery, page_headers
from app.operations.actors import Role
from app.operations.devices import enrolment, find, preparing, revoking
from app.operations.devices.preparing import DeviceWithCode
from app.operations.tracks.device_state import summary
from app.support.clock import instant_text
from app.support.qr import qr_svg

area = Area("devices", __name__, description="What scans.", prefix="/devices")

DEVICE = DeviceView()


@area.route("", methods=["POST"])
@allow(Role.ADMIN)
@area.arguments(CreateDevice)
@area.response(201, NewDeviceView)
def create_device(body: dict[str, Any]) -> Any:
    """Prepare a device, with the one-time code of its enrolment."""
    made = preparing.create_device(**body, at=g.received_at, actor=actor())
    return jsonify({**DEVICE.dump(made.device), **invitation(made)}), 201


def invitation(made: DeviceWithCode) -> dict[str, Any]:
    """What a device needs to enrol: the code as text, as QR text and as picture."""
    payload = {"v": 1, "url": settings().public_url, "code": made.code}
    text = json.dumps(payload, separators=(",", ":"))
    return {
        "code": made.code,
        "code_expires_at": instant_text(made.expires_at),
        "qr_payload": text,
        "qr_svg": qr_svg(text),
    }


@area.route("", methods=["GET"])
@allow(Role.ADMIN)
@area.arguments(PageQuery, location="query")
@area.response(200, DeviceView(many=True))
def list_devices(query: dict[str, int]) -> Any:
    """List all devices in pages."""
    rows, total = find.page_devices(**query, actor=actor())
    return rows, page_headers(**query, total=total)


@area.route("/<int:device_id>", methods=["GET"])
@allow(Role.ADMIN)
@area.response(200, DeviceView)
def show_device(device_id: int) -> Any:
    """Show a device: its clock, its queue, its missing scans."""
    return find.get_device(device_id, actor=actor())


@area.route("/<int:device_id>/revoke", methods=["POST"])
@allow(Role.ADMIN)
@area.response(200, DeviceView)
def revoke_device(device_id: int) -> Any:
    """Revoke a device, immediately and for good."""
    return revoking.revoke_device(device_id, at=g.received_at, actor=actor())


@area.route("/enroll", methods=["POST"])
@limited("auth")
@public
@area.arguments(EnrolDevice)
@area.response(201, EnrolledView)
@area.alt_response(401, response="Refusal401")
def enrol_device(body: dict[str, Any]) -> Any:
    """Exchange a one-time code for the device's token."""
    return enrolment.enrol_device(**body, at=g.received_at)


@area.route("/roll", methods=["POST"])
@allow(Role.WORKER)
@area.response(200, EnrolledView)
def roll_device() -> Any:
    """Replace the token with which this device asks."""
    token = request.headers["Authorization"].partition(" ")[2].strip()
    return enrolment.roll_device(token, at=g.received_at, actor=actor())


@area.route("/me", methods=["GET"])
@allow(Role.WORKER)
@area.response(200, OwnDeviceView)
def show_own_device() -> Any:
    """Show a device what it is set to, the server's time and the scans that are missing here."""
    device = scanning_device()
    return {
        "server_time": g.received_at,
        "station": device.station,
        "profile": device.profile,
        "default_action": device.default_action,
        "missing_seq": summary(device.state).missing_seq,
    }
