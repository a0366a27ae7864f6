"""The statements of the scanning path, built once (quality.md, Speed)."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    cast,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from app.database.guard import UNRECORDED
from app.database.prepared import Prepared
from app.models import Business, Device, License, Order, OrderAlias, Track, Worker
from app.models.base import exact
from app.models.businesses import HOUSE
from app.operations.licenses.holding import AS_OBJECT, REQUIRED, held_by


def _keys(name: str) -> Any:
    return bindparam(name, expanding=True)


_AT = bindparam("at", type_=Order.updated_at.type)

_OPEN = ("created", "picked_up", "processing", "completed")

_NOTHING = cast(null(), exact(64))


def _open_orders(keys: str, *which: ColumnElement[bool]) -> Select[str, str | None, int]:
    """Two of one address: more would decide no better between them than two do.

    An appointment is never meant by an address alone: its own QR is at hand.
    """
    some = (
        select(Order.email_key, Order.id)
        .where(
            Order.email_key.in_(_keys(keys)),
            Order.status.in_(_OPEN),
            Order.deleted_at.is_(None),
            Order.starts_at.is_(None),
            *which,
        )
        .order_by(Order.id.desc())
        .limit(2)
        .subquery()
    )
    return select(literal("email"), some.c.email_key, some.c.id)


_FOUND = {
    "events": select(literal("event").label("what"), Track.event_id.label("key"), Track.id).where(
        Track.event_id.in_(_keys("events"))
    ),
    "labels": select(literal("code"), Order.label_code, Order.id).where(
        Order.label_code.in_(_keys("labels"))
    ),
    "numbers": select(literal("number"), Order.order_number, Order.id).where(
        Order.order_number.in_(_keys("numbers"))
    ),
    "aliases": select(OrderAlias.kind, OrderAlias.alias, OrderAlias.order_id).where(
        OrderAlias.alias.in_(_keys("aliases"))
    ),
    "emails": _open_orders("emails"),
    "public_emails": _open_orders("public_emails", Order.channel == "legacy"),
    "ids": select(literal("id"), _NOTHING, Order.id).where(Order.id.in_(_keys("ids"))),
    "workers": select(literal("worker"), cast(Worker.business_id, exact(64)), Worker.id)
    .join(Business, Business.id == Worker.business_id)
    .where(
        Worker.id.in_(_keys("workers")),
        Worker.is_active == true(),
        Business.deleted_at.is_(None),
    ),
    "worker_emails": select(literal("worker_email"), Worker.email, Worker.id).where(
        and_(
            Worker.email.in_(_keys("worker_emails")),
            Worker.is_active == true(),
            Worker.business_id == HOUSE,
        )
    ),
    "licenses": held_by(License.worker_id.in_(_keys("licenses"))),
    "email_licenses": held_by(
        License.worker_id.in_(
            select(Worker.id).where(
                Worker.email.in_(_keys("email_licenses")), Worker.business_id == HOUSE
            )
        )
    ),
}
_MORE = {
    "worker_emails": Worker.name,
    "licenses": AS_OBJECT,
    "email_licenses": AS_OBJECT,
}


@cache
def find_all(kinds: tuple[str, ...]) -> Prepared:
    """One look for stored keys, orders, workers and their licenses: (what, key, id, more)."""
    parts = [_FOUND[kind].add_columns(_MORE.get(kind, null())) for kind in kinds]
    return Prepared(union_all(*parts) if len(parts) > 1 else parts[0])


STORED = (
    select(Track.__table__, Order.order_number)
    .outerjoin(Order, Order.id == Track.order_id)
    .where(Track.event_id.in_(_keys("events")))
)

LOCK = Prepared(
    update(Order)
    .where(Order.id.in_(_keys("order_ids")))
    .values(
        version=Order.version + 1,
        updated_at=_AT,
    )
)

_event = aliased(Track)
HISTORIES = Prepared(
    select(
        Order.id,
        Order.order_number,
        Order.status,
        Order.status_since,
        Order.version,
        Order.created_at,
        Order.piece_count,
        Order.folded_at,
        Order.folded_seq,
        Order.folded_event_id,
        Order.sightings,
        Order.location,
        Order.located_at,
        Order.custodian_id,
        Order.business_id,
        Order.starts_at,
        Order.ends_at,
        Order.hold_expires_at,
        REQUIRED.label("required"),
        _event.event_id,
        _event.kind,
        _event.target_event_id,
        _event.action,
        _event.effective_at,
        _event.seq,
        _event.clock,
        _event.forced,
        _event.result,
        _event.reasons,
        _event.piece,
        _event.worker_id,
        _event.location.label("event_location"),
        _event.lat_e6,
        _event.lon_e6,
        _event.license,
    )
    .outerjoin(
        _event,
        and_(
            _event.order_id == Order.id,
            or_(
                bindparam("whole"),
                Order.folded_at >= bindparam("earliest", type_=Track.effective_at.type),
            ),
        ),
    )
    .where(Order.id.in_(_keys("order_ids")))
)

_NOT_OF_SCANS = frozenset({"id", "target_event_id", "user_id", "seal_id"})
INSERT = Prepared(
    insert(Track).values(
        {
            column.key: bindparam(column.key, type_=column.type)
            for column in Track.__table__.columns
            if column.key not in _NOT_OF_SCANS
        }
    )
)

# A scan never cancels; one that was forced may bring back what was cancelled (calling_off.py).
_REVIVED = bindparam("revived", type_=Order.sequence.type)
_is_as_it_was = _REVIVED == 0
PROJECT = Prepared(
    update(Order)
    .where(Order.id == bindparam("order_id"))
    .values(
        {
            Order.sequence: Order.sequence + _REVIVED,
            Order.cancelled_by: case((_is_as_it_was, Order.cancelled_by)),
            Order.cancel_reason: case((_is_as_it_was, Order.cancel_reason)),
        }
        | {
            column: bindparam(f"new_{column.key}", type_=column.type)
            for column in (
                Order.status,
                Order.status_since,
                Order.folded_at,
                Order.folded_seq,
                Order.folded_event_id,
                Order.sightings,
                Order.location,
                Order.located_at,
                Order.custodian_id,
                Order.version,
                Order.updated_at,
            )
        }
    )
)

SEE_DEVICE = Prepared(
    update(Device)
    .where(and_(Device.id == bindparam("device_id"), Device.state_version == bindparam("seen")))
    .values(
        last_seen_at=_AT,
        state=bindparam("new_state"),
        drained=Device.drained + bindparam("drained_now"),
        state_version=Device.state_version + 1,
        updated_at=_AT,
    )
    .execution_options(**UNRECORDED)
)

_locked_device = (
    update(Device)
    .where(Device.id == bindparam("device_id"))
    .values(last_seen_at=_AT, state_version=Device.state_version + 1, updated_at=_AT)
    .execution_options(**UNRECORDED)
)
LOCK_DEVICE = Prepared(_locked_device)
LOCK_LIVE_DEVICE = Prepared(_locked_device.where(Device.revoked_at.is_(None)))
