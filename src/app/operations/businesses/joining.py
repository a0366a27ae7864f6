"""An account that becomes a worker's own: by a one-time code, which its holder takes up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from app.database import db, unique
from app.errors import Conflict, InvalidCode, PermissionDenied
from app.models import Business, Worker
from app.operations.actors import Actor, Role
from app.operations.businesses.access import owners_only
from app.operations.businesses.workers import get_employed
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support.tokens import new_enrol_code, normal_enrol_code, token_digest

INVITED_FOR: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A worker, and the code that makes an account theirs, to be shown once."""

    worker: Worker
    code: str
    expires_at: datetime


def invite_worker(slug: str, worker_id: int, *, at: datetime, actor: Actor) -> Invitation:
    """Make a code of 60 random bits that links an account to a worker; the one before is void.

    No address is asked for, so that nobody learns whose accounts exist. Raises BusinessNotFound,
    NotFound, PermissionDenied for a manager who would make a manager, and Conflict for somebody who
    was dismissed.
    """
    business, worker = get_employed(slug, worker_id, actor=actor)
    if worker.is_manager:
        owners_only(business, actor=actor)
    if not worker.is_active:
        raise Conflict("This worker is not active.")
    code = new_enrol_code()
    worker.invite_digest = token_digest(code)
    worker.invite_expires_at = at + INVITED_FOR
    worker.updated_at = at
    record(actions.WORKER_INVITED, worker, actor=actor)
    return Invitation(worker, code, worker.invite_expires_at)


def join_business(code: str, *, at: datetime, actor: Actor) -> tuple[Business, Worker]:
    """Take a code up: the actor's account is that worker's from now on, with a manager's rights if so.

    Of two at once one wins, by the worker's version. Raises InvalidCode for one that is wrong, used
    or too old, and Conflict for an account that works there already.
    """
    if actor.role is not Role.CUSTOMER or actor.user_id is None:
        raise PermissionDenied
    worker = _invited(code)
    if worker is None or worker.invite_expires_at is None or worker.invite_expires_at <= at:
        raise InvalidCode("This code is wrong, too old, or was used already: ask for a new one.")
    worker.user_id = actor.user_id
    worker.invite_digest = worker.invite_expires_at = None
    worker.updated_at = at
    with unique("uq_workers_business_id_user_id", Conflict("You work there already.")):
        db.session.flush()
    record(actions.WORKER_JOINED, worker, actor=actor)
    return db.session.get_one(Business, worker.business_id), worker


def _invited(code: str) -> Worker | None:
    try:
        digest = token_digest(normal_enrol_code(code))
    except ValueError:
        return None
    query = (
        select(Worker)
        .join(Business, Business.id == Worker.business_id)
        .where(
            Worker.invite_digest == digest,
            Worker.is_active.is_(True),
            Business.deleted_at.is_(None),
        )
    )
    return db.session.scalar(query)
