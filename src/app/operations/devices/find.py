"""Looking devices up, for admins."""

from __future__ import annotations

from sqlalchemy import select

from app.database import db
from app.errors import NotFound
from app.models import Device
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only


def get_device(device_id: int, *, actor: Actor) -> Device:
    """One device; raises NotFound."""
    admins_only(actor)
    device = db.session.get(Device, device_id)
    if device is None:
        raise NotFound
    return device


def page_devices(page: int, per_page: int, *, actor: Actor) -> tuple[list[Device], int]:
    """One page of all devices, the oldest first, and how many there are."""
    admins_only(actor)
    found = db.paginate(
        select(Device).order_by(Device.id), page=page, per_page=per_page, error_out=False
    )
    return list(found.items), found.total or 0
