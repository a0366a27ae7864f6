"""Corrections, as events of their own: a recorded scan is never updated or deleted (scans.md 8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.database import db, unique
from app.errors import Conflict, IdempotencyConflict, Invalid, NotFound, PermissionDenied
from app.extensions import signing_keys
from app.models import Order, Track
from app.models.businesses import HOUSE
from app.operations.actors import Actor
from app.operations.ledger import actions
from app.operations.ledger.macs import TRACKS, sign
from app.operations.ledger.record import record
from app.operations.tracks.lock import lock_order
from app.operations.tracks.refolding import refold
from app.operations.tracks.sightings import Recorded
from app.support.tokens import new_event_id, token_digest
from app.support.words import is_withheld

OWN_VOID_WITHIN = timedelta(minutes=15)

_WORDS = {
    "void": actions.SCAN_VOIDED,
    "apply": actions.SCAN_APPLIED,
    "dismiss": actions.SCAN_DISMISSED,
}
# What an apply repeats of its target, so that the fold reads it in the target's place.
_AS_SCANNED = (
    "worker_id",
    "occurred_at",
    "effective_at",
    "clock",
    "seq",
    "piece",
    "location",
    "forced",
    "force_reason",
)


def void_scan(
    event_id: str,
    *,
    void_id: str,
    reason: str,
    replaced_by: str | None,
    note: str | None,
    content_digest: bytes,
    at: datetime,
    actor: Actor,
) -> Recorded:
    """Take a scan back: its order is folded again without it, or without its having been applied.

    The same worker may within 15 minutes, a supervisor of its business or an admin at any time. Raises
    NotFound, PermissionDenied, Conflict when it was voided before, IdempotencyConflict for a
    key that is stored with other content.
    """
    if (stored := _stored(void_id)) is not None:
        if stored.content_digest != content_digest or stored.kind != "void":
            raise IdempotencyConflict
        return _as_recorded(stored, is_replay=True, actor=actor)
    target = _get_scan(event_id)
    if not _may_void(target, at, actor):
        raise PermissionDenied("Only the worker who made this scan may void it, for 15 minutes.")
    more = ", ".join(part for part in (reason, replaced_by and f"see {replaced_by}", note) if part)
    applied = _judgement(target, "apply")
    order_id = target.order_id if applied is None else applied.order_id
    return _judge(
        target, "void", void_id, more, content_digest, at=at, actor=actor, order_id=order_id
    )


def apply_scan(
    event_id: str, *, order: Order | None, reason: str, at: datetime, actor: Actor
) -> Recorded:
    """Give effect to a scan that had none: rejected, quarantined or withheld (words.WITHHELD).

    `order` names the order where the scan found none. Raises NotFound, Invalid, and Conflict for
    a scan that has its effect or was voided.
    """
    target = _get_scan(event_id)
    if target.result != "rejected" and not is_withheld(target.reasons.split(",")):
        raise Conflict("This scan has its effect already.")
    if _judgement(target, "void") is not None:
        raise Conflict("This scan was voided.")
    order_id = target.order_id if order is None else order.id
    if order_id is None:
        raise Invalid.field("order", "Name the order: the scan itself names none.")
    key = new_event_id()
    digest = token_digest(key)
    return _judge(target, "apply", key, reason, digest, at=at, actor=actor, order_id=order_id)


def dismiss_scan(event_id: str, *, reason: str, at: datetime, actor: Actor) -> Recorded:
    """Close the review of a flagged or rejected scan without giving it any effect.

    Raises NotFound, Conflict.
    """
    target = _get_scan(event_id)
    if target.result == "accepted":
        raise Conflict("This scan needs no review.")
    key, order_id = new_event_id(), target.order_id
    return _judge(
        target, "dismiss", key, reason, token_digest(key), at=at, actor=actor, order_id=order_id
    )


def _stored(event_id: str) -> Track | None:
    return db.session.execute(select(Track).filter_by(event_id=event_id)).scalar_one_or_none()


def _get_scan(event_id: str) -> Track:
    """The scan to judge, locked: of two judgements at once the later one sees the earlier."""
    query = select(Track).filter_by(event_id=event_id, kind="scan").with_for_update()
    target = db.session.execute(query).scalar_one_or_none()
    if target is None:
        raise NotFound("There is no scan with this event_id.")
    return target


def _judgement(target: Track, kind: str) -> Track | None:
    query = select(Track).filter_by(target_event_id=target.event_id, kind=kind)
    return db.session.execute(query).scalar_one_or_none()


def _may_void(target: Track, at: datetime, actor: Actor) -> bool:
    if actor.is_admin or (actor.is_supervisor and _is_of_business(target, actor)):
        return True
    is_own = (
        target.worker_id == actor.worker_id
        if actor.worker_id is not None
        else target.device_id == actor.device_id
    )
    return is_own and at - target.received_at <= OWN_VOID_WITHIN


def _is_of_business(target: Track, actor: Actor) -> bool:
    """Whether a scan's order is of the actor's business; scans of no order are the house's."""
    order = None if target.order_id is None else db.session.get(Order, target.order_id)
    return (HOUSE if order is None else order.business_id) == actor.business_id


def _judge(
    target: Track,
    kind: str,
    key: str,
    note: str,
    digest: bytes,
    *,
    at: datetime,
    actor: Actor,
    order_id: int | None,
) -> Recorded:
    order = None if order_id is None else lock_order(order_id)
    values: dict[str, Any] = {
        "event_id": key,
        "kind": kind,
        "target_event_id": target.event_id,
        "order_id": order_id,
        "order_version": None if order is None else order.version,
        "worker_id": actor.worker_id,
        "device_id": actor.device_id,
        "user_id": actor.user_id,
        "content_digest": digest,
        "action": target.action,
        "occurred_at": at,
        "effective_at": at,
        "received_at": at,
        "clock": "trusted",
        "forced": False,
        "note": note,
        "result": "accepted",
        "reasons": "",
        "verdict": "{}",
    }
    if kind == "apply":
        values |= {name: getattr(target, name) for name in _AS_SCANNED}
    if order is not None and kind != "dismiss":
        values["verdict"] = refold(order, Track(**values)).as_text()
    judgement = Track(**sign(TRACKS, values, signing_keys.ring))
    with unique("uq_tracks_target_event_id_kind", Conflict("This scan was judged so before.")):
        db.session.add(judgement)
        db.session.flush()
    record(
        _WORDS[kind],
        target if order is None else order,
        actor=actor,
        event_id=key,
        target_event_id=target.event_id,
    )
    return _as_recorded(judgement, is_replay=False, actor=actor)


def _as_recorded(track: Track, *, is_replay: bool, actor: Actor) -> Recorded:
    """The stored event; who is of another business is not told of its order (booking.md 4)."""
    is_told = actor.is_admin or _is_of_business(track, actor)
    order = db.session.get(Order, track.order_id) if is_told and track.order_id else None
    row: dict[str, Any] = {
        column.key: getattr(track, column.key) for column in Track.__table__.columns
    }
    return Recorded(row, None if order is None else order.order_number, is_replay=is_replay)
