"""How a device comes to its token: by its one-time code, by a worker's login, by rolling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from app.database import db
from app.errors import InvalidToken
from app.models import Device, Worker
from app.operations.actors import Actor, device_actor
from app.operations.devices.scanning import TOKEN_PREFIX
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support.tokens import new_token, normal_enrol_code, token_digest


@dataclass(frozen=True, slots=True)
class DeviceWithToken:
    """A device that may scan, and its bearer token, to be shown once."""

    device: Device
    token: str


def enrol_device(
    *,
    code: str,
    hardware: str | None,
    app: str | None,
    app_version: str | None,
    at: datetime,
) -> DeviceWithToken:
    """Exchange a code, once, for the device's token (scans.md 1).

    Raises InvalidToken alike for a code that is unknown, used, too old, or of a revoked device.
    """
    try:
        digest = token_digest(normal_enrol_code(code))
    except ValueError:
        raise InvalidToken from None
    token = new_token(TOKEN_PREFIX)
    enrolled = db.session.connection().execute(
        update(Device)
        .where(
            Device.enrol_digest == digest,
            Device.enrol_expires_at > at,
            Device.revoked_at.is_(None),
        )
        .values(
            token_digest=token_digest(token),
            enrol_digest=None,
            enrol_expires_at=None,
            enrolled_at=at,
            last_seen_at=at,
            hardware=hardware,
            app=app,
            app_version=app_version,
            updated_at=at,
            version=Device.version + 1,
        )
    )
    if enrolled.rowcount == 0:
        raise InvalidToken
    device = _read_by(token)
    by = device_actor(device.id, name=device.name, origin=device.origin, worker_id=device.worker_id)
    record(actions.DEVICE_ENROLLED, device, actor=by)
    return DeviceWithToken(device, token)


def sign_in_device(worker: Worker, *, at: datetime) -> tuple[Device, str]:
    """A new device that is bound to a worker who has just proved who they are, and its token.

    What the worker did by that is the caller's to record.
    """
    token = new_token(TOKEN_PREFIX)
    device = Device(
        name=worker.name,
        origin="login",
        worker_id=worker.id,
        token_digest=token_digest(token),
        enrolled_at=at,
        last_seen_at=at,
        created_at=at,
        updated_at=at,
    )
    db.session.add(device)
    db.session.flush()
    return device, token


def roll_device(token: str, *, at: datetime, actor: Actor) -> DeviceWithToken:
    """Replace the token with which the device itself asks; of two at once one wins (scans.md 1).

    Raises InvalidToken when the presented token was replaced or revoked in the meantime.
    """
    replacement = new_token(TOKEN_PREFIX)
    rolled = db.session.connection().execute(
        update(Device)
        .where(
            Device.id == actor.device_id,
            Device.token_digest == token_digest(token),
            Device.revoked_at.is_(None),
        )
        .values(
            token_digest=token_digest(replacement),
            last_seen_at=at,
            updated_at=at,
            version=Device.version + 1,
        )
    )
    if rolled.rowcount == 0:
        raise InvalidToken
    device = _read_by(replacement)
    record(actions.DEVICE_ROLLED, device, actor=actor)
    return DeviceWithToken(device, replacement)


def _read_by(token: str) -> Device:
    return db.session.scalars(
        select(Device)
        .where(Device.token_digest == token_digest(token))
        .execution_options(populate_existing=True)
    ).one()
