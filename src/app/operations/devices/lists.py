"""Devices in lists, by what state they are in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from app.database import db
from app.models import Device
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only

SILENT_AFTER = timedelta(hours=24)

State = Literal["active", "silent", "waiting", "revoked"]
STATES: tuple[State, ...] = get_args(State)


def state_of(device: Device, *, at: datetime) -> State:
    """What an admin calls a device now: silent is one that nothing was heard of for a day."""
    if device.revoked_at is not None:
        return "revoked"
    if device.origin == "shared":
        return "active"
    if device.enrolled_at is None:
        return "waiting"
    heard_of = device.last_seen_at
    return "silent" if heard_of is None or heard_of < at - SILENT_AFTER else "active"


def list_devices(
    *,
    states: Sequence[State],
    worker_id: int | None = None,
    after_id: int | None,
    limit: int,
    at: datetime,
    actor: Actor,
) -> Sequence[Device]:
    """Devices of one of these states, the newest first, with their workers; one statement."""
    admins_only(actor)
    query = select(Device).options(joinedload(Device.worker)).order_by(Device.id.desc())
    if "revoked" not in states:
        query = query.where(Device.revoked_at.is_(None))
    if len(states) == 1:
        query = query.where(*_in_state(states[0], at))
    if worker_id is not None:
        query = query.where(Device.worker_id == worker_id)
    if after_id is not None:
        query = query.where(Device.id < after_id)
    return db.session.scalars(query.limit(limit)).all()


def _in_state(state: State, at: datetime) -> list[ColumnElement[bool]]:
    is_shared = Device.origin == "shared"
    met: dict[State, list[ColumnElement[bool]]] = {
        "revoked": [Device.revoked_at.is_not(None)],
        "waiting": [Device.enrolled_at.is_(None), ~is_shared],
        "silent": [
            Device.enrolled_at.is_not(None),
            Device.last_seen_at < at - SILENT_AFTER,
            ~is_shared,
        ],
        "active": [is_shared | (Device.last_seen_at >= at - SILENT_AFTER)],
    }
    return met[state]
