"""Who works in a business, as those who run it hire, change and dismiss them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select

from app.database import db
from app.errors import Invalid
from app.models import Business, Service, Worker, WorkerService
from app.operations.actors import Actor
from app.operations.businesses.access import get_own_business, get_visible_business, owners_only
from app.operations.businesses.change import list_calendars
from app.operations.businesses.staff import ensure_calendars, get_worker_of
from app.operations.calendars.locking import touch_calendars
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.workers.change import WorkerWithToken, add_worker, change_worker, hash_secret
from app.support.passwords import PasswordHasher


class Employed(NamedTuple):
    """A worker, and the services that name them."""

    worker: Worker
    service_ids: Sequence[int]


def show_workers(slug: str, *, everybody: bool, actor: Actor) -> list[Employed]:
    """The active workers of a business; `everybody`, the inactive too, for those who run it.

    Two statements. Raises BusinessNotFound.
    """
    get = get_own_business if everybody else get_visible_business
    business = get(slug, actor=actor)
    query = (
        select(Worker, WorkerService.service_id)
        .outerjoin(WorkerService, WorkerService.worker_id == Worker.id)
        .where(Worker.business_id == business.id, Worker.is_implicit.is_(False))
        .order_by(Worker.id, WorkerService.service_id)
    )
    if not everybody:
        query = query.where(Worker.is_active.is_(True))
    found: dict[Worker, list[int]] = {}
    for worker, service_id in db.session.execute(query):
        found.setdefault(worker, []).extend([] if service_id is None else [service_id])
    return [Employed(*one) for one in found.items()]


def hire_worker(
    slug: str,
    values: Mapping[str, Any],
    *,
    password: str | None,
    passwords: PasswordHasher,
    at: datetime,
    actor: Actor,
) -> WorkerWithToken:
    """Take a worker on, with a calendar and a first device signed in for them (contract.md V19).

    The owner alone makes managers. Raises BusinessNotFound, PermissionDenied, Invalid for a bad
    password or PIN, and EmailExists.
    """
    password_hash = hash_secret(password, passwords=passwords)
    business = get_own_business(slug, actor=actor)
    if values.get("is_manager"):
        owners_only(business, actor=actor)
    worker = Worker(business_id=business.id, password_hash=password_hash, **values)
    return add_worker(worker, at=at, actor=actor)


def update_worker_of(
    slug: str,
    worker_id: int,
    values: Mapping[str, Any],
    *,
    password: str | None = None,
    passwords: PasswordHasher,
    at: datetime,
    actor: Actor,
) -> Employed:
    """Change a worker; the owner alone changes managers, and who is one.

    An invitation from before is void then: whoever has seen it was trusted with another place.
    Raises BusinessNotFound, NotFound, PermissionDenied, Invalid, EmailExists, and Conflict for a
    dismissal of somebody with appointments to come.
    """
    password_hash = hash_secret(password, passwords=passwords)
    business, worker = get_employed(slug, worker_id, actor=actor)
    if values.get("is_manager", worker.is_manager) != worker.is_manager:
        owners_only(business, actor=actor)
        worker.invite_digest = worker.invite_expires_at = None
    if values.get("is_active", worker.is_active) != worker.is_active:
        ensure_calendars(business.id, at=at, actor=actor)  # somebody is always there
    change_worker(worker, values, password_hash=password_hash, at=at, actor=actor)
    return Employed(worker, _abilities(worker.id))


def dismiss_worker(slug: str, worker_id: int, *, at: datetime, actor: Actor) -> None:
    """Deactivate a worker: their tokens and rights are refused, what they did stays.

    Raises as `update_worker_of` does.
    """
    business, worker = get_employed(slug, worker_id, actor=actor)
    if worker.is_active:
        ensure_calendars(business.id, at=at, actor=actor)
        change_worker(worker, {"is_active": False}, password_hash=None, at=at, actor=actor)


def set_abilities(
    slug: str, worker_id: int, service_ids: Sequence[int], *, at: datetime, actor: Actor
) -> Employed:
    """Say which services name this worker, all at once; one that names nobody is everybody's.

    Every calendar of the business is locked first: who else can do it may change. Raises
    BusinessNotFound, NotFound, and Invalid for a service that is not of this business.
    """
    business, worker = get_employed(slug, worker_id, actor=actor)
    wanted = sorted(set(service_ids))
    known = select(Service.id).where(Service.business_id == business.id, Service.id.in_(wanted))
    if len(db.session.scalars(known).all()) != len(wanted):
        raise Invalid.field("service_ids", "This business has no such service.")
    touch_calendars(list_calendars(business.id))
    db.session.execute(delete(WorkerService).where(WorkerService.worker_id == worker_id))
    db.session.add_all(WorkerService(worker_id=worker_id, service_id=one) for one in wanted)
    worker.updated_at = at
    record(actions.ABILITIES_CHANGED, worker, actor=actor, services=wanted)
    return Employed(worker, wanted)


def get_employed(slug: str, worker_id: int, *, actor: Actor) -> tuple[Business, Worker]:
    """A worker of one's own business; a manager only for its owner, or for themselves.

    Raises BusinessNotFound, NotFound and PermissionDenied.
    """
    business = get_own_business(slug, actor=actor)
    worker = get_worker_of(business.id, worker_id)
    if worker.is_manager and worker.user_id != actor.user_id:
        owners_only(business, actor=actor)
    return business, worker


def _abilities(worker_id: int) -> Sequence[int]:
    named = select(WorkerService.service_id).where(WorkerService.worker_id == worker_id)
    return db.session.scalars(named.order_by(WorkerService.service_id)).all()
