"""Looking licenses up: all for an admin, one's own for a worker, by any of their names."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from app.database import db
from app.errors import NotFound, PermissionDenied
from app.models import License, Worker
from app.operations.actors import Actor, Role
from app.operations.auth.rights import admins_only
from app.operations.licenses.standing import Standing, read_standings
from app.support.license_codes import read_license_code

FILTERS: Final = ("valid", "active", "expired", "revoked", "requested")
"""Statuses that a list can be asked for; `active` is another word for valid."""

_WITH_HOLDER = select(License, Worker).join(Worker, Worker.id == License.worker_id)


def list_licenses(
    *,
    page: int,
    per_page: int,
    worker_id: int | None = None,
    type_code: str | None = None,
    status: str | None = None,
    expiring_within: int | None = None,
    at: datetime,
    actor: Actor,
) -> tuple[list[Standing], int]:
    """One page of licenses, and how many there are: the newest first, or the first to expire.

    `expiring_within` are days; what is expired already is not among them. Two statements.
    Raises PermissionDenied.
    """
    admins_only(actor)
    wanted: list[ColumnElement[bool]] = []
    if worker_id is not None:
        wanted.append(License.worker_id == worker_id)
    if type_code is not None:
        wanted.append(License.type_code == type_code)
    if status is not None:
        wanted.append(has_status(status, at))
    order: tuple[Any, ...] = (License.id.desc(),)
    if expiring_within is not None:
        wanted += [
            has_status("valid", at),
            License.expires_at <= at + timedelta(days=expiring_within),
        ]
        order = (License.expires_at, License.id)
    count = select(func.count()).select_from(License).where(*wanted)
    query = _WITH_HOLDER.add_columns(count.scalar_subquery()).where(*wanted).order_by(*order)
    rows = db.session.execute(query.limit(per_page).offset((page - 1) * per_page)).all()
    total = rows[0][2] if rows else 0 if page == 1 else db.session.scalar(count) or 0
    return read_standings([(one, worker) for one, worker, _ in rows], at=at), total


def list_expiring(*, days: int, at: datetime, actor: Actor) -> list[Standing]:
    """Every license that expires within so many days, the first to expire first; two statements."""
    admins_only(actor)
    query = _WITH_HOLDER.where(
        has_status("valid", at), License.expires_at <= at + timedelta(days=days)
    )
    rows = db.session.execute(query.order_by(License.expires_at, License.id))
    return read_standings([(one, worker) for one, worker in rows], at=at)


def list_own(*, at: datetime, actor: Actor) -> list[Standing]:
    """One's own licenses, the newest first; two statements."""
    rows = db.session.execute(_WITH_HOLDER.where(_own(actor)).order_by(License.id.desc()))
    return read_standings([(one, worker) for one, worker in rows], at=at)


def get_license(license_id: int, *, at: datetime, actor: Actor) -> Standing:
    """Any license for an admin, one's own for a worker; another person's is not there: NotFound."""
    may_see = true() if actor.is_admin else _own(actor)
    return _one(_WITH_HOLDER.where(License.id == license_id, may_see), at=at)


def get_own(license_id: int, *, at: datetime, actor: Actor) -> Standing:
    """One's own license, also where one is an admin; raises NotFound."""
    return _one(_WITH_HOLDER.where(License.id == license_id, _own(actor)), at=at)


def find_by_code(code: str, *, at: datetime, serial: int | None = None) -> Standing | None:
    """The license of a code, however it was typed; `serial` is that of the card it stands on.

    Anybody may ask: the caller tells no more of it than licenses.md 2 allows. Two statements.
    """
    read = read_license_code(code)
    if read is None:
        return None
    row = db.session.execute(_WITH_HOLDER.where(License.code == read)).first()
    return None if row is None else read_standings([(row[0], row[1])], at=at, serial=serial)[0]


def refuse_licensed(worker_id: int) -> None:
    """Raise PermissionDenied where a worker holds a license that was not revoked; one statement."""
    held = select(License.id).where(License.worker_id == worker_id, License.live.is_not(None))
    if db.session.scalar(held.limit(1)) is not None:
        raise PermissionDenied("This name stands on a license: an admin changes it.")


def _one(query: Select[License, Worker], *, at: datetime) -> Standing:
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound("There is no such license.")
    return read_standings([(row[0], row[1])], at=at)[0]


def _own(actor: Actor) -> ColumnElement[bool]:
    """Licenses of the worker whose device it is, or of the workers whose account it is."""
    if actor.role is Role.WORKER and actor.worker_id is not None:
        return License.worker_id == actor.worker_id
    if actor.role in (Role.CUSTOMER, Role.ADMIN) and actor.user_id is not None:
        return Worker.user_id == actor.user_id
    return false()


def has_status(status: str, at: datetime) -> ColumnElement[bool]:
    """Whether a license has a status of FILTERS by its row, without its proof."""
    is_expired = and_(License.expires_at.is_not(None), License.expires_at <= at)
    is_live = and_(License.revoked_at.is_(None), License.live.is_not(None))
    if status == "revoked":
        return License.revoked_at.is_not(None)
    if status == "expired":
        return and_(is_live, is_expired)
    if status == "requested":
        return and_(is_live, License.requested_level.is_not(None))
    return and_(is_live, or_(License.expires_at.is_(None), License.expires_at > at))
