"""What an admin still has to do: to begin with, for whoever waits for a word, and before licenses end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, func, select

from app.database import db
from app.models import HOUSE, Business, Device, License, Worker
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.licenses.find import has_status

SOON: Final = timedelta(days=30)
"""A license that ends within this is to be renewed."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """How far an installation is, how many wait for a decision, and how many licenses end soon."""

    has_workers: bool
    has_devices: bool
    businesses_waiting: int
    upgrades_waiting: int
    licenses_expiring: int


def get_beginning(*, at: datetime, actor: Actor) -> Beginning:
    """One statement; workers of the house whom somebody added, and devices of whatever state."""
    admins_only(actor)
    waiting = (
        select(func.count())
        .select_from(Business)
        .where(Business.deleted_at.is_(None), Business.status == "pending")
        .scalar_subquery()
    )
    workers = exists().where(Worker.business_id == HOUSE, Worker.is_implicit.is_(False))
    devices = exists().where(Device.id > 0, Device.origin != "shared")  # the first one is enough
    licenses = select(func.count()).select_from(License)
    upgrades = licenses.where(has_status("requested", at)).scalar_subquery()
    ends_soon = License.expires_at <= at + SOON
    expiring = licenses.where(has_status("valid", at), ends_soon).scalar_subquery()
    row = db.session.execute(select(workers, devices, waiting, upgrades, expiring)).one()
    return Beginning(bool(row[0]), bool(row[1]), *row[2:])
