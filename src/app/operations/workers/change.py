"""Workers as an admin makes and changes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from app.database import db, unique
from app.errors import EmailExists
from app.models import Worker
from app.operations.actors import Actor
from app.operations.auth.proving import hash_new_password
from app.operations.auth.rights import admins_only
from app.operations.devices.enrolment import sign_in_device
from app.operations.devices.revoking import revoke_sign_ins
from app.operations.ledger import actions
from app.operations.ledger.record import record
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
    """Make a worker, with a first device signed in for them (contract.md V19, L22b).

    Without a password or PIN the worker can use that device, and cannot log in. Raises
    Invalid for a PIN of fewer than 6 digits, a password of fewer than 8 characters and either
    that is easy to guess, and EmailExists.
    """
    admins_only(actor)
    password_hash = None if password is None else _hash(password, passwords=passwords)
    worker = Worker(
        name=name, email=email, password_hash=password_hash, created_at=at, updated_at=at
    )
    with unique("uq_workers_email", EmailExists()):
        db.session.add(worker)
        db.session.flush()
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
    """Change a worker (contract.md V19, L22b).

    A new password or PIN ends what was signed in with the old one; a deactivated worker's
    tokens are refused while they are inactive. Raises NotFound, Invalid and EmailExists.
    """
    admins_only(actor)
    password = changes.get("password")
    password_hash = None if password is None else _hash(password, passwords=passwords)
    worker = get_worker(worker_id, actor=actor)
    if "name" in changes:
        worker.name = changes["name"]
    if "email" in changes:
        worker.email = changes["email"]
    word = actions.WORKER_UPDATED
    if "is_active" in changes:
        if worker.is_active and not changes["is_active"]:
            word = actions.WORKER_DEACTIVATED
        worker.is_active = changes["is_active"]
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


def deactivate_worker(worker_id: int, *, at: datetime, actor: Actor) -> Worker:
    """Refuse a worker and their tokens from now on; their scans stay (contract.md V19)."""
    worker = get_worker(worker_id, actor=actor)
    if worker.is_active:
        worker.is_active = False
        worker.updated_at = at
        record(actions.WORKER_DEACTIVATED, worker, actor=actor)
    return worker


def _hash(password: str, *, passwords: PasswordHasher) -> str:
    return hash_new_password(password, passwords=passwords, problem_of=pin_problem)
