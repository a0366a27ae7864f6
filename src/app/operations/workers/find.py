"""Looking the house's workers up, for admins."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.database import db
from app.errors import NotFound
from app.models import HOUSE, Worker
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only

_OF_THE_HOUSE = select(Worker).where(Worker.business_id == HOUSE, Worker.is_implicit.is_(False))


def get_worker(worker_id: int, *, actor: Actor) -> Worker:
    """One worker; raises NotFound."""
    admins_only(actor)
    worker = db.session.get(Worker, worker_id)
    if worker is None or worker.business_id != HOUSE or worker.is_implicit:
        raise NotFound
    return worker


def page_workers(page: int, per_page: int, *, actor: Actor) -> tuple[list[Worker], int]:
    """One page of all workers, the oldest first, and how many there are."""
    admins_only(actor)
    found = db.paginate(
        _OF_THE_HOUSE.order_by(Worker.id), page=page, per_page=per_page, error_out=False
    )
    return list(found.items), found.total or 0


def list_workers(*, actor: Actor) -> list[Worker]:
    """Every worker, the oldest first (contract.md L22b)."""
    admins_only(actor)
    return list(db.session.scalars(_OF_THE_HOUSE.order_by(Worker.id)))


def list_some_workers(
    *, is_active: bool | None, after_id: int | None, limit: int, actor: Actor
) -> Sequence[Worker]:
    """Workers, the newest first, beyond the one with `after_id`; one statement."""
    admins_only(actor)
    walked = "ix_workers_business_id_id" if after_id is None else "PRIMARY"
    query = _OF_THE_HOUSE.with_hint(Worker, f"FORCE INDEX ({walked})", "mysql")
    query = query.order_by(Worker.id.desc()).limit(limit)
    if is_active is not None:
        query = query.where(Worker.is_active.is_(is_active))
    if after_id is not None:
        query = query.where(Worker.id < after_id)
    return db.session.scalars(query).all()
