"""Approval: what an admin decides of a business; of two rivals one wins (booking.md 5)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.database import db
from app.errors import BadRequest, BusinessNotFound, Conflict, PreconditionFailed
from app.models import HOUSE, AuditEvent, Business, User
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.businesses.profile import MATTERS, changes_of, keep_approved
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.outbox.businesses import announce_decision

_EXISTS = Business.deleted_at.is_(None)


def list_registered(
    page: int, per_page: int, *, status: str | None, changed: bool, actor: Actor
) -> tuple[Sequence[Business], int]:
    """One page of businesses, the oldest first, and how many there are.

    In one state where it is named; `changed` are those of which something that matters was changed
    since their approval.
    """
    admins_only(actor)
    query = select(Business).where(_EXISTS)
    if status is not None:
        query = query.where(Business.status == status)
    if changed:
        query = query.where(Business.changed_at.is_not(None))
    total = db.session.scalar(query.with_only_columns(func.count())) or 0
    rows = query.order_by(Business.id).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(rows).all(), total


def get_registered(business_id: int, *, actor: Actor) -> Business:
    """A business in any state; raises BusinessNotFound."""
    admins_only(actor)
    query = select(Business).where(Business.id == business_id, _EXISTS)
    business = db.session.scalar(query)
    if business is None:
        raise BusinessNotFound
    return business


def show_registered(business_id: int, *, actor: Actor) -> tuple[Business, User | None, list[str]]:
    """A business in any state, its owner, and the names of what was changed since its approval.

    The house is nobody's. One statement, or two. Raises BusinessNotFound.
    """
    admins_only(actor)
    query = (
        select(Business, User)
        .outerjoin(User, User.id == Business.owner_id)
        .where(Business.id == business_id, _EXISTS)
    )
    row = db.session.execute(query).first()
    if row is None:
        raise BusinessNotFound
    return row[0], row[1], list_changed(row[0], actor=actor)


def list_changed(business: Business, *, actor: Actor) -> list[str]:
    """The names of what matters and is not as it was approved.

    Of one that was approved and changed before that was kept, the ledger says it in one statement.
    """
    admins_only(actor)
    if business.approved_name is not None:
        return [one.field for one in changes_of(business)]
    if business.changed_at is None or business.reviewed_at is None:
        return []
    query = select(AuditEvent.data).where(
        AuditEvent.resource_type == "business",
        AuditEvent.resource_id == business.id,
        AuditEvent.action == actions.BUSINESS_UPDATED.word,
        AuditEvent.at > business.reviewed_at,
    )
    names: set[str] = set()
    for data in map(json.loads, db.session.scalars(query)):
        names |= {*data.get("changes", ()), *data.get("changed", ())}
    return [name for name in MATTERS if name in names]


def approve_business(
    business_id: int, *, seen_version: int | None = None, at: datetime, actor: Actor
) -> Business:
    """Let a business be found and booked, whatever it was; or say that what was changed is seen.

    Raises BusinessNotFound, Conflict for one that is approved and as it was then, and
    PreconditionFailed when it is no longer what its reviewer saw.
    """
    business = get_registered(business_id, actor=actor)
    if seen_version not in (None, business.version):
        raise PreconditionFailed
    if business.status == "approved" and business.changed_at is None:
        raise Conflict("This business is approved already.")
    _decide(business, "approved", None, at=at, actor=actor)
    keep_approved(business)
    record(actions.BUSINESS_APPROVED, business, actor=actor)
    announce_decision(business)
    return business


def reject_business(business_id: int, *, reason: str, at: datetime, actor: Actor) -> Business:
    """Refuse a business that waits, and say why; its owner can mend it.

    Raises BadRequest for one that is approved, Conflict for one that was refused or suspended.
    """
    business = get_registered(business_id, actor=actor)
    if business.status == "approved":
        raise BadRequest("This business is approved: it can be suspended.")
    if business.status != "pending":
        raise Conflict(f"This business is {business.status} already.")
    _decide(business, "rejected", reason, at=at, actor=actor)
    record(actions.BUSINESS_REJECTED, business, actor=actor)
    announce_decision(business)
    return business


def suspend_business(business_id: int, *, reason: str, at: datetime, actor: Actor) -> Business:
    """Take an approved business out of sight; appointments that were made stay.

    Raises Conflict for one that is not approved, and for the house.
    """
    business = get_registered(business_id, actor=actor)
    if business.id == HOUSE:
        raise Conflict("The house cannot be suspended.")
    if business.status != "approved":
        raise Conflict(f"This business is {business.status}: only an approved one is suspended.")
    _decide(business, "suspended", reason, at=at, actor=actor)
    record(actions.BUSINESS_SUSPENDED, business, actor=actor)
    announce_decision(business)
    return business


def _decide(
    business: Business, status: str, reason: str | None, *, at: datetime, actor: Actor
) -> None:
    """The version makes the UPDATE conditional: who comes second is replayed, and sees the first."""
    business.status = status
    business.reason = reason
    business.reviewed_by = actor.user_id
    business.reviewed_at = at
    business.changed_at = None
    business.updated_at = at
