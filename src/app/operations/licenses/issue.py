"""Issuing a license to a worker: one that counts for each type, and the database sees to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.database import db, unique
from app.errors import Conflict, Invalid, PermissionDenied
from app.models import License, LicenseType, Worker
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.ledger import actions
from app.operations.licenses.changing import keep
from app.operations.licenses.standing import Standing
from app.operations.licenses.types import find_type
from app.support.license_codes import new_license_code
from app.support.months import add_months


def issue_license(
    *,
    worker_id: int | None = None,
    user_id: int | None = None,
    type_code: str,
    level: int = 1,
    at: datetime,
    actor: Actor,
) -> Standing:
    """License a worker, named by id or by the account that is theirs, to a level of a type.

    It holds for as many calendar months as the type says. Raises PermissionDenied, also for one's own
    above level 1, which would be an upgrade that nobody approved; Invalid; and Conflict for a second
    one of a type, also where the first is expired: that is renewed.
    """
    admins_only(actor)
    worker = _worker(worker_id, user_id)
    if level > 1 and actor.user_id is not None and worker.user_id == actor.user_id:
        raise PermissionDenied("Nobody decides about a license of their own: it begins at level 1.")
    kind = _type(type_code, level)
    made = License(
        code=new_license_code(),
        worker_id=worker.id,
        type_code=kind.code,
        kind=kind,
        level=level,
        issued_at=at,
        issued_by=actor.user_id,
        expires_at=end_of(kind, at),
        created_at=at,
        updated_at=at,
    )
    taken = Conflict("This worker has a license of this type: change, renew or revoke that one.")
    # Of two equal codes, once in a lifetime, the unique key makes the request run again.
    with unique("uq_licenses_worker_id_type_code_live", taken):
        db.session.add(made)
        db.session.flush()
    standing = Standing(made, worker, "valid", None)
    return keep(actions.LICENSE_ISSUED, standing, at=at, actor=actor)


def end_of(kind: LicenseType, start: datetime) -> datetime | None:
    """When a license that holds from an instant expires; None for never."""
    return None if kind.validity_months is None else add_months(start, kind.validity_months)


def _worker(worker_id: int | None, user_id: int | None) -> Worker:
    if (worker_id is None) == (user_id is None):
        raise Invalid.field("worker_id", "Name a worker_id, or the user_id of a worker's account.")
    if worker_id is not None:
        worker = db.session.get(Worker, worker_id)
        if worker is None or not worker.is_active or worker.is_implicit:
            raise Invalid.field("worker_id", "There is no active worker with this id.")
        return worker
    query = select(Worker).where(Worker.user_id == user_id, Worker.is_active.is_(True))
    workers = db.session.scalars(query.order_by(Worker.id).limit(2)).all()
    if not workers:
        raise Invalid.field("user_id", "This account is no active worker's: name a worker_id.")
    if len(workers) > 1:
        raise Invalid.field("user_id", "This account works in several places: name a worker_id.")
    return workers[0]


def _type(code: str, level: int) -> LicenseType:
    kind = find_type(code)
    if kind is None:
        raise Invalid.field("type", "There is no such type of license.")
    if not kind.is_active:
        raise Invalid.field("type", "Licenses of this type are issued no more.")
    refuse_too_high(kind, level)
    return kind


def refuse_too_high(kind: LicenseType, level: int, field: str = "level") -> None:
    """Raise Invalid for a level that the type does not have."""
    if level > kind.max_level:
        raise Invalid.field(field, f"The highest level of {kind.code} is {kind.max_level}.")
