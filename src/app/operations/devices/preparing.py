"""Devices as an admin prepares and changes them (scans.md 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy import select, update

from app.database import db
from app.errors import Conflict, Invalid
from app.models import Business, Device, Worker
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.devices.find import get_device
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support.tokens import new_enrol_code, token_digest

CODE_LIFETIME = timedelta(minutes=15)


class DeviceChanges(TypedDict, total=False):
    """What an admin may change of a device; what is absent stays."""

    name: str
    station: str | None
    profile: str
    default_action: str | None
    worker_id: int | None


FIXED_BY_ENROLMENT = ("default_action", "worker_id")
"""Scans may wait on a device that were made under the old answer: they would be misfiled."""


@dataclass(frozen=True, slots=True)
class DeviceWithCode:
    """A device that waits for its enrolment, and the code, to be shown once."""

    device: Device
    code: str
    expires_at: datetime


def create_device(
    *,
    name: str,
    station: str | None,
    profile: str,
    default_action: str | None,
    worker_id: int | None,
    at: datetime,
    actor: Actor,
) -> DeviceWithCode:
    """Prepare a device; its code has 60 random bits and lives 15 minutes (scans.md 1).

    Raises Invalid for a worker who does not exist, is deactivated, or was of a deleted business.
    """
    admins_only(actor)
    _refuse_absent(worker_id)
    code = new_enrol_code()
    device = Device(
        name=name,
        station=station,
        profile=profile,
        default_action=default_action,
        worker_id=worker_id,
        enrol_digest=token_digest(code),
        enrol_expires_at=at + CODE_LIFETIME,
        created_at=at,
        updated_at=at,
    )
    db.session.add(device)
    record(actions.DEVICE_CREATED, device, actor=actor)
    return DeviceWithCode(device, code, at + CODE_LIFETIME)


def renew_code(device_id: int, *, at: datetime, actor: Actor) -> DeviceWithCode:
    """Another code for a device that is not enrolled yet; the one before it is worth nothing.

    Raises NotFound, and Conflict for a device that is enrolled or revoked.
    """
    admins_only(actor)
    device = get_device(device_id, actor=actor)
    code = new_enrol_code()
    renewed = db.session.connection().execute(
        update(Device)
        .where(
            Device.id == device_id,
            Device.enrolled_at.is_(None),
            Device.revoked_at.is_(None),
            Device.origin == "enrolled",
        )
        .values(
            enrol_digest=token_digest(code),
            enrol_expires_at=at + CODE_LIFETIME,
            updated_at=at,
            version=Device.version + 1,
        )
    )
    if renewed.rowcount == 0:
        raise Conflict("A code is for a device that was never enrolled. Prepare a new device.")
    db.session.refresh(device)
    record(actions.DEVICE_CODE_RENEWED, device, actor=actor)
    return DeviceWithCode(device, code, at + CODE_LIFETIME)


def update_device(device_id: int, changes: DeviceChanges, *, at: datetime, actor: Actor) -> Device:
    """Change a device; whose its scans are and what they mean only until it is enrolled.

    Raises NotFound, Invalid, and Conflict for a device that is revoked or that all share.
    """
    admins_only(actor)
    device = get_device(device_id, actor=actor)
    if device.origin == "shared" or device.revoked_at is not None:
        raise Conflict("This device stays as it is.")
    new = {name: value for name, value in changes.items() if value != getattr(device, name)}
    if device.enrolled_at is not None:
        for name in FIXED_BY_ENROLMENT:
            if name in new:
                raise Invalid.field(name, "Scans may wait on the device. Prepare a new device.")
    if "worker_id" in new:
        _refuse_absent(changes["worker_id"])
    if new:
        for name, value in new.items():
            setattr(device, name, value)
        device.updated_at = at
        record(actions.DEVICE_UPDATED, device, actor=actor)
    return device


def _refuse_absent(worker_id: int | None) -> None:
    if worker_id is None:
        return
    query = (
        select(Worker.is_active)
        .join(Business, Business.id == Worker.business_id)
        .where(Worker.id == worker_id, Business.deleted_at.is_(None))
    )
    if not db.session.scalar(query):
        raise Invalid.field("worker_id", "There is no such active worker.")
