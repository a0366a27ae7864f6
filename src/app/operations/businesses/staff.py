"""Who works in a business; one without staff has an implicit worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.database import db
from app.errors import NotFound
from app.models import Business, Resource, Worker
from app.operations.actors import Actor
from app.operations.calendars.resources import resource_of_worker
from app.operations.ledger import actions
from app.operations.ledger.record import record

_REAL = Worker.is_implicit.is_(False)


def list_workers_of(business_id: int, *, active_only: bool = True) -> Sequence[Worker]:
    """The people who work there, the oldest first; the implicit worker is none. One statement."""
    query = select(Worker).where(Worker.business_id == business_id, _REAL).order_by(Worker.id)
    if active_only:
        query = query.where(Worker.is_active.is_(True))
    return db.session.scalars(query).all()


def get_worker_of(business_id: int, worker_id: int) -> Worker:
    """One of the people who work there, active or not; raises NotFound. One statement."""
    query = select(Worker).where(Worker.id == worker_id, Worker.business_id == business_id, _REAL)
    worker = db.session.scalar(query)
    if worker is None:
        raise NotFound
    return worker


def implicit_worker(business_id: int, *, at: datetime, actor: Actor) -> Worker:
    """The worker who stands for a business without staff, made when first needed (booking.md 1).

    The row of the business is locked before it is looked for, so that rivals make one.
    """
    locked = select(Business).where(Business.id == business_id).with_for_update()
    business = db.session.scalars(locked).one()
    query = select(Worker).where(Worker.business_id == business_id, Worker.is_implicit.is_(True))
    worker = db.session.scalar(query)
    if worker is None:
        worker = Worker(
            business_id=business_id,
            name=business.name,
            is_implicit=True,
            created_at=at,
            updated_at=at,
        )
        db.session.add(worker)
        record(actions.WORKER_CREATED, worker, actor=actor)
    return worker


def ensure_calendars(business_id: int, *, at: datetime, actor: Actor) -> None:
    """Let everybody who may perform a visit have a calendar, the implicit worker included.

    Called before hours are written: without hours nothing can be booked.
    """
    implicit_worker(business_id, at=at, actor=actor)
    without = (
        select(Worker.id)
        .outerjoin(Resource, Resource.worker_id == Worker.id)
        .where(Worker.business_id == business_id, Resource.id.is_(None))
        .order_by(Worker.id)
    )
    for worker_id in db.session.scalars(without).all():
        resource_of_worker(worker_id)
