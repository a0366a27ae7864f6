"""Workers as an admin makes and changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from app.database import db, unique
from app.errors import EmailExists
from app.models import Worker
from app.operations.actors import Actor
from app.operations.auth.proving import hash_new_password
from app.operations.auth.rights import admins_only
from app.operations.calendars.engagements import refuse_engaged
from app.operations.calendars.locking import touch_calendars
from app.operations.calendars.resources import resource_of_worker
from app.operations.devices.enrolment import sign_in_device
from app.operations.devices.revoking import revoke_sign_ins
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.licenses.find import refuse_licensed
from app.operations.workers.find import get_worker
from app.support.passwords import PasswordHasher, pin_problem


class WorkerChanges(TypedDict, total=False):
    """What an admin may change of a worker; what is absent stays."""

    name: str
    email: str | None
    password: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class WorkerWithToken:
    """A worker, and the token of a new device of theirs, to be shown once."""

    worker: Worker
    token: str


def create_worker(
    *,
    name: str,
    email: str | None,
    password: str | None,
    passwords: PasswordHasher,
    at: datetime,
    actor: Actor,
) -> WorkerWithToken:
    """Make a worker of the house, with a first device signed in for them (contract.md V19, L22b).

    Without a password or PIN the worker can use that device, and cannot log in. Raises
    Invalid for a PIN of fewer than 6 digits, a password of fewer than 8 characters and either
    that is easy to guess, and EmailExists.
    """
    admins_only(actor)
    password_hash = hash_secret(password, passwords=passwords)
    worker = Worker(name=name, email=email, password_hash=password_hash)
    return add_worker(worker, at=at, actor=actor)


def add_worker(worker: Worker, *, at: datetime, actor: Actor) -> WorkerWithToken:
    """Take on a new worker of any business, which the caller has shown to be the actor's.

    They have a calendar from the first: whoever is made after the hours were written can be booked
    as those are who were there. Raises EmailExists.
    """
    worker.created_at = worker.updated_at = at
    with unique("uq_workers_email", EmailExists()):
        db.session.add(worker)
        db.session.flush()
    resource_of_worker(worker.id)
    device, token = sign_in_device(worker, at=at)
    record(actions.WORKER_CREATED, worker, made=device, actor=actor, device_id=device.id)
    return WorkerWithToken(worker, token)


def update_worker(
    worker_id: int,
    changes: WorkerChanges,
    *,
    passwords: PasswordHasher,
    at: datetime,
    actor: Actor,
) -> Worker:
    """Change a worker of the house (contract.md V19, L22b).

    A new password or PIN ends what was signed in with the old one; a deactivated worker's
    tokens are refused while they are inactive. Raises NotFound, Invalid, EmailExists, and Conflict
    for somebody with appointments to come.
    """
    admins_only(actor)
    values: dict[str, Any] = dict(changes)
    password_hash = hash_secret(values.pop("password", None), passwords=passwords)
    worker = get_worker(worker_id, actor=actor)
    return change_worker(worker, values, password_hash=password_hash, at=at, actor=actor)


def change_worker(
    worker: Worker,
    values: Mapping[str, Any],
    *,
    password_hash: str | None,
    at: datetime,
    actor: Actor,
) -> Worker:
    """The same for a worker of any business, which the caller has shown to be the actor's.

    Raises PermissionDenied for another name of who holds a license, but for an admin: it would hand
    the license, and its cards, to somebody else.
    """
    word = actions.WORKER_UPDATED
    if values.get("name", worker.name) != worker.name and not actor.is_admin:
        refuse_licensed(worker.id)
    if values.get("is_active", worker.is_active) != worker.is_active:
        _lock(worker, at=at)
    if worker.is_active and not values.get("is_active", True):
        word = actions.WORKER_DEACTIVATED
    for name, value in values.items():
        setattr(worker, name, value)
    if password_hash is not None:
        worker.password_hash = password_hash
    if not db.session.is_modified(worker):
        return worker
    worker.updated_at = at
    with unique("uq_workers_email", EmailExists()):
        db.session.flush()
    if password_hash is not None:
        revoked = revoke_sign_ins(worker.id, at=at)
        record(word, worker, actor=actor, devices_revoked=revoked)
    else:
        record(word, worker, actor=actor)
    return worker


def hash_secret(password: str | None, *, passwords: PasswordHasher) -> str | None:
    """The hash of a worker's new password or PIN, made while no transaction is open; raises Invalid."""
    if password is None:
        return None
    return hash_new_password(password, passwords=passwords, problem_of=pin_problem)


def deactivate_worker(worker_id: int, *, at: datetime, actor: Actor) -> Worker:
    """Refuse a worker and their tokens from now on; their scans stay (contract.md V19).

    Raises NotFound, and Conflict for somebody with appointments to come.
    """
    worker = get_worker(worker_id, actor=actor)
    return change_worker(worker, {"is_active": False}, password_hash=None, at=at, actor=actor)


def _lock(worker: Worker, *, at: datetime) -> None:
    """Before somebody comes or goes: nobody books them meanwhile, and what is booked stays theirs."""
    touch_calendars([resource_of_worker(worker.id)])
    if worker.is_active:
        refuse_engaged(worker.business_id, worker_id=worker.id, at=at)
