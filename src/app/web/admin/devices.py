"""Devices: the list with what is known of each; preparing, changing and revoking one."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from app.api.devices.routes import invitation
from app.api.devices.schemas import CreateDevice
from app.errors import AppError
from app.http.access import actor, settings
from app.http.paging import take_window
from app.http.schemas import load
from app.models import Device, Worker
from app.operations.devices import find, lists, preparing, revoking
from app.operations.devices.lists import STATES, State, state_of
from app.operations.devices.preparing import DeviceWithCode
from app.operations.tracks.device_state import DeviceSummary, summary
from app.operations.workers.find import list_some_workers
from app.support.words import SCAN_ACTIONS
from app.web.admin.given import given
from app.web.admin.lists import ListExport, ListQuery, filters, sheet
from app.web.admin_access import admin_form, admin_page
from app.web.refused import shown_again
from app.web.words import STATUS_WORDS

devices = Blueprint("admin_devices", __name__, url_prefix="/admin/devices")

LIST = "/admin/devices"
MOST_WORKERS = 200
IN_USE: tuple[State, ...] = ("active", "silent", "waiting")


class DevicesQuery(ListQuery):
    """A state, or all that are in use."""

    state = fields.String(load_default=None, validate=validate.OneOf((*STATES, "all")))


_QUERY = DevicesQuery()
_FORM = CreateDevice()


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device, its state now, and what its scans told of itself."""

    device: Device
    state: State
    told: DeviceSummary

    @property
    def missing(self) -> int:
        """How many scans were numbered and have not come."""
        return sum(last - first + 1 for first, last in self.told.missing_seq)


def with_state(found: Sequence[Device]) -> list[KnownDevice]:
    """These devices, with what their pages say of them."""
    return [KnownDevice(one, state_of(one, at=g.received_at), summary(one.state)) for one in found]


def _read(query: dict[str, Any], after_id: int | None, limit: int) -> list[KnownDevice]:
    state = query["state"]
    states = STATES if state == "all" else IN_USE if state is None else (state,)
    found = lists.list_devices(
        states=states, after_id=after_id, limit=limit, at=g.received_at, actor=actor()
    )
    return with_state(found)


@devices.get("")
@admin_page
def list_some() -> ResponseReturnValue:
    """Devices, the newest first."""
    query = filters(_QUERY)
    window = take_window(query)
    found = _read(query, window.after_id, window.limit + 1)
    page = sheet(found, window, lambda one: one.device.id)
    return render_template("admin/devices.html", page=page)


def _choices(bound: Worker | None = None) -> dict[str, list[tuple[Any, str]]]:
    workers = list_some_workers(is_active=True, after_id=None, limit=MOST_WORKERS, actor=actor())
    people = {*workers, *filter(None, [bound])}
    return {
        "people": [(one.id, one.name) for one in sorted(people, key=lambda one: one.name)],
        "meanings": [(one, STATUS_WORDS[one]) for one in SCAN_ACTIONS if one in STATUS_WORDS],
    }


def show_empty_form(refusal: AppError | None = None) -> str:
    """The form of a device that is not enrolled yet."""
    return render_template(
        "admin/device_new.html", filled=request.form, refusal=refusal, **_choices()
    )


def show_device(refusal: AppError | None = None, *, device_id: int) -> str:
    """One device: its clock, its queue, its missing scans, and what may be changed of it."""
    (known,) = with_state([find.get_device(device_id, actor=actor())])
    return render_template(
        "admin/device.html",
        known=known,
        device=known.device,
        filled=request.form if "name" in request.form else known.device,
        refusal=refusal,
        **(_choices(known.device.worker) if known.state == "waiting" else {}),
    )


def _show_code(made: DeviceWithCode) -> str:
    picture = base64.b64encode(invitation(made)["qr_svg"].encode()).decode()
    address = f"{settings().public_url}/scan"
    return render_template("admin/device_made.html", made=made, picture=picture, address=address)


@devices.get("/new")
@admin_page
def new() -> ResponseReturnValue:
    """The empty form."""
    return show_empty_form()


@devices.post("")
@admin_form
@shown_again(show_empty_form)
def create() -> ResponseReturnValue:
    """Prepare a device, and show once the code that enrols it."""
    made = preparing.create_device(**_given(), at=g.received_at, actor=actor())
    return _show_code(made), 201


@devices.get("/<int:device_id>")
@admin_page
def show(device_id: int) -> ResponseReturnValue:
    """One device."""
    return show_device(device_id=device_id)


@devices.post("/<int:device_id>")
@admin_form
@shown_again(show_device)
def edit(device_id: int) -> ResponseReturnValue:
    """Change a device; what the form did not offer stays."""
    changes: Any = {name: value for name, value in _given().items() if name in request.form}
    preparing.update_device(device_id, changes, at=g.received_at, actor=actor())
    flash("The device was saved.")
    return redirect(f"{LIST}/{device_id}", 303)


@devices.post("/<int:device_id>/code")
@admin_form
@shown_again(show_device)
def renew_code(device_id: int) -> ResponseReturnValue:
    """Show another code, once, for a device that was never enrolled."""
    return _show_code(preparing.renew_code(device_id, at=g.received_at, actor=actor()))


@devices.post("/<int:device_id>/revoke")
@admin_form
def revoke(device_id: int) -> ResponseReturnValue:
    """Revoke a device, immediately and for good."""
    device = revoking.revoke_device(device_id, at=g.received_at, actor=actor())
    flash(f"{device.name} was revoked.")
    return redirect(f"{LIST}/{device_id}", 303)


def _given() -> dict[str, Any]:
    clears = ("station", "default_action", "worker_id")
    return load(_FORM, given(clears=clears, numbers=["worker_id"]))


EXPORT = ListExport(
    schema=_QUERY,
    columns={
        "Number": lambda one: one.device.id,
        "Name": lambda one: one.device.name,
        "State": lambda one: one.state,
        "Station": lambda one: one.device.station,
        "Worker": lambda one: one.device.worker and one.device.worker.name,
        "Profile": lambda one: one.device.profile,
        "App": lambda one: one.device.app,
        "App version": lambda one: one.device.app_version,
        "Hardware": lambda one: one.device.hardware,
        "Last seen": lambda one: one.device.last_seen_at,
        "Waiting in its queue": lambda one: one.told.queue_depth,
        "Clock offset in ms": lambda one: one.told.offset_ms,
        "Missing scans": lambda one: one.missing,
        "Enrolled": lambda one: one.device.enrolled_at,
        "Revoked": lambda one: one.device.revoked_at,
    },
    read=_read,
    key=lambda one: one.device.id,
    told=frozenset({"state"}),
)
