"""What the board shows: the newest scans, and a mark that tells whether there is anything new."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Integer, bindparam, literal, select, union_all

from app.database import db
from app.models import Device, Order, Track, Worker
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only

NEWEST_SCANS = 25
NEWEST_ORDERS = 10

_newest = (
    select(Track.id)
    .order_by(Track.received_at.desc(), Track.id.desc())
    .limit(bindparam("limit", type_=Integer))
    .subquery("newest")
)
_SCANS = (
    select(
        Track.__table__,
        Order.order_number,
        Order.service_name,
        Worker.name.label("worker_name"),
        Device.name.label("device_name"),
    )
    .join(_newest, _newest.c.id == Track.id)
    .outerjoin(Order, Order.id == Track.order_id)
    .outerjoin(Worker, Worker.id == Track.worker_id)
    .outerjoin(Device, Device.id == Track.device_id)
    .order_by(Track.received_at.desc(), Track.id.desc())
)
_orders = select(Order.id).order_by(Order.id.desc()).limit(NEWEST_ORDERS).subquery("orders_")
_NEWS = union_all(
    select(literal("scan").label("what"), _newest.c.id), select(literal("order"), _orders.c.id)
)


def list_newest_scans(*, actor: Actor) -> list[dict[str, Any]]:
    """The events that arrived last, the newest first, with the names of who and what made them."""
    admins_only(actor)
    rows = db.session.execute(_SCANS, {"limit": NEWEST_SCANS})
    return [dict(row) for row in rows.mappings()]


def mark_news(*, actor: Actor) -> str:
    """Another text whenever the board would show something else; one statement along two indexes.

    It is made of all ids that are shown and not of the last: of two transactions at once the one
    with the lower id may end later.
    """
    admins_only(actor)
    rows = db.session.execute(_NEWS, {"limit": NEWEST_SCANS})
    shown = sorted((row.what, row.id) for row in rows)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]
