"""The ledger's records as the admin's pages list them: by cursor, none counted, and one alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from app.database import db
from app.errors import NotFound
from app.models import AuditEvent, Order
from app.operations.actors import Actor
from app.operations.audit.logs import NEWEST_FIRST, TOLD, LogFilter, conditions, told
from app.operations.auth.rights import admins_only

_IS_OF_ORDER = and_(AuditEvent.resource_type == "order", AuditEvent.resource_id == Order.id)
_ROWS = (
    select(*TOLD, Order.order_number, Order.deleted_at.label("order_deleted_at"))
    .select_from(AuditEvent)
    .outerjoin(Order, _IS_OF_ORDER)
)


def list_some_logs(
    wanted: LogFilter, *, after_id: int | None, limit: int, actor: Actor
) -> list[dict[str, Any]]:
    """Records, the newest first, beyond the one with `after_id`; one statement, orders' numbers too.

    The filter's index leads to a time and alone finds the page: rows that are not shown are
    not read.
    """
    admins_only(actor)
    met = conditions(wanted)
    if after_id is not None:
        met = [*conditions(replace(wanted, until=None)), _beyond(after_id, wanted.until)]
    page = select(AuditEvent.id).where(*met).order_by(*NEWEST_FIRST).limit(limit).subquery("page")
    rows = _ROWS.join(page, page.c.id == AuditEvent.id).order_by(*NEWEST_FIRST)
    return [told(dict(row)) for row in db.session.execute(rows).mappings()]


def get_log(event_id: int, *, actor: Actor) -> dict[str, Any]:
    """One record, with what is erasable of it; raises NotFound."""
    admins_only(actor)
    row = db.session.execute(_ROWS.where(AuditEvent.id == event_id)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return told(dict(row))


def _beyond(after_id: int, until: datetime | None) -> ColumnElement[bool]:
    """What is older than the last row of a page; its time is the one upper bound (SQLite takes one)."""
    last = AuditEvent.__table__.alias("last")
    time_of_last = select(last.c.at).where(last.c.id == after_id)
    if until is not None:
        time_of_last = time_of_last.where(last.c.at < until)
    at = time_of_last.scalar_subquery()
    return and_(AuditEvent.at <= at, or_(AuditEvent.at < at, AuditEvent.id < after_id))
