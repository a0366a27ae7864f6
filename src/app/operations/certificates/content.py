"""What a custody certificate says: every event of an order with its proof, and the ledger's last seal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from app.database import db
from app.errors import OrderNotFound, Unavailable
from app.extensions import signing_keys
from app.models import Device, Order, Track, Worker
from app.operations.actors import SYSTEM, Actor
from app.operations.audit.seals import LAST_SEAL, fault_of_seal
from app.operations.businesses.access import may_manage
from app.operations.certificates.wholeness import FOLDED, is_whole
from app.operations.orders.find import get_order, may_see
from app.support.clock import instant_text

FORMAT = "handover-custody-1"

_ORDER = "of_order_"
_EVENTS = (
    select(
        *(Order.__table__.columns[name].label(_ORDER + name) for name in FOLDED),
        Track.__table__,
        Worker.name.label("worker_name"),
        Device.name.label("device_name"),
    )
    .select_from(Order)
    .outerjoin(Track, Track.order_id == Order.id)
    .outerjoin(Worker, Worker.id == Track.worker_id)
    .outerjoin(Device, Device.id == Track.device_id)
    .where(Order.id == bindparam("order_id"))
    .order_by(Track.effective_at, func.coalesce(Track.seq, 0), Track.event_id)
)


def read_custody(ref: str, *, issuer: str, at: datetime, actor: Actor) -> dict[str, Any]:
    """All that devices and people did with an order, in the order of its fold: texts and whole numbers.

    For its customer, the workers and managers of its business, and admins; OrderNotFound for
    anybody else. Five statements, however many scans; the order and its events are read by one, so
    that they are of one moment. Raises Unavailable when one of the records, or the last seal, is not
    genuine, when one is missing, and for an order that is not as they say: what somebody wrote into
    the database, or deleted there, is not signed for them.
    """
    found = get_order(ref, actor=SYSTEM)
    if not may_see(actor, found) and not may_manage(found.business_id, actor=actor):
        raise OrderNotFound
    order, rows = _read(found.id)
    if not is_whole(order, rows):
        raise Unavailable("This order is not as its records say: it is not certified.")
    voided = {row["target_event_id"] for row in rows if row["kind"] == "void"}
    return {
        "format": FORMAT,
        "issuer": issuer,
        "issued_at": instant_text(at),
        "order": {
            "order_number": order["order_number"],
            "service": order["service_name"],
            "placed_at": instant_text(order["created_at"]),
            "pieces": order["piece_count"],
            "status": order["status"],
            "since": instant_text(order["status_since"]),
        },
        "events": [_event(row, voided) for row in rows],
        "seal": _last_seal(),
    }


def _read(order_id: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    try:
        result = db.session.connection().execute(_EVENTS, {"order_id": order_id})
        rows = [dict(row) for row in result.mappings()]
    except (TypeError, ValueError):  # SQLite stores any type in any column
        raise Unavailable("A record of this order cannot be read: it is not certified.") from None
    if not rows:
        raise OrderNotFound
    order = {name: rows[0][_ORDER + name] for name in FOLDED}
    tracks = [
        {name: value for name, value in row.items() if not name.startswith(_ORDER)} for row in rows
    ]
    return order, [track for track in tracks if track["event_id"] is not None]


def _event(row: Mapping[str, Any], voided: set[str]) -> dict[str, Any]:
    return {
        "event_id": row["event_id"],
        "kind": row["kind"],
        "action": row["action"],
        "about": row["target_event_id"],
        "voided": row["event_id"] in voided,
        "occurred_at": instant_text(row["occurred_at"]),
        "effective_at": instant_text(row["effective_at"]),
        "received_at": instant_text(row["received_at"]),
        "clock": row["clock"],
        "place": row["location"],
        "worker": row["worker_id"] and {"id": row["worker_id"], "name": row["worker_name"]},
        "device": row["device_id"] and {"id": row["device_id"], "name": row["device_name"]},
        "license": row["license"] and json.loads(row["license"]),
        "piece": row["piece"],
        "forced": bool(row["forced"]),
        "result": row["result"],
        "reasons": [one for one in row["reasons"].split(",") if one],
        "record": bytes(row["mac"]).hex(),
        "seal": row["seal_id"],
    }


def _last_seal() -> dict[str, Any] | None:
    seal = db.session.execute(LAST_SEAL).mappings().first()
    if seal is None:
        return None
    if fault_of_seal(dict(seal), signing_keys.ring) is not None:
        raise Unavailable("The ledger's last seal is not genuine.")
    return {
        "number": seal["id"],
        "hash": bytes(seal["hash"]).hex(),
        "sealed_at": instant_text(seal["sealed_at"]),
    }
