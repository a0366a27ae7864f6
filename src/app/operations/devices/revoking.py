"""Ending devices, immediately and for good."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, update

from app.database import db
from app.errors import Conflict
from app.models import Device
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.devices.find import get_device
from app.operations.ledger import actions
from app.operations.ledger.record import record


def revoke_device(device_id: int, *, at: datetime, actor: Actor) -> Device:
    """Revoke a device and a code that waits for it; a second time changes nothing (scans.md 1).

    Raises NotFound, and Conflict for the shared device of unauthenticated legacy scans, which
    a setting switches off.
    """
    admins_only(actor)
    device = get_device(device_id, actor=actor)
    if device.origin == "shared":
        raise Conflict("LEGACY_SCAN=token refuses scans without a token.")
    if _revoke(Device.id == device_id, at=at):
        db.session.refresh(device)
        record(actions.DEVICE_REVOKED, device, actor=actor)
    return device


def revoke_sign_ins(worker_id: int, *, at: datetime) -> int:
    """Revoke every device on which this worker logged in, as a new password must; how many."""
    return _revoke(Device.worker_id == worker_id, Device.origin == "login", at=at)


def _revoke(*which: ColumnElement[bool], at: datetime) -> int:
    revoked = db.session.connection().execute(
        update(Device)
        .where(*which, Device.revoked_at.is_(None))
        .values(
            revoked_at=at,
            enrol_digest=None,
            enrol_expires_at=None,
            updated_at=at,
            version=Device.version + 1,
            state_version=Device.state_version + 1,
        )
    )
    return revoked.rowcount
