"""A worker's login, which makes a device of its own (scans.md 1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app import database
from app.database import db
from app.models import Business, Worker
from app.operations.actors import device_actor
from app.operations.auth.proving import login_key, prove_password
from app.operations.devices.enrolment import sign_in_device
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.workers.change import WorkerWithToken
from app.support.passwords import PasswordHasher


def worker_behind(email: str) -> str:
    """The id of the worker who signs in by this address; where that is nobody, what was typed."""
    with database.reading():
        found = db.session.scalar(select(Worker.id).where(Worker.email == login_key(email)))
    return email if found is None else str(found)


def log_in_worker(
    *,
    worker_id: int | None,
    email: str | None,
    password: str,
    passwords: PasswordHasher,
    at: datetime,
) -> WorkerWithToken:
    """Sign a worker in on a new device, which ends no other (contract.md V20, L25).

    Exactly one Argon2 verification, and InvalidCredentials alike for unknown, wrong,
    deactivated, changed in the meantime, for a worker without a password and for one whose
    business was deleted.
    """
    with database.reading():
        worker = db.session.scalar(
            select(Worker)
            .join(Business, Business.id == Worker.business_id)
            .where(
                Business.deleted_at.is_(None),
                Worker.id == worker_id
                if worker_id is not None
                else Worker.email == login_key(email or ""),
            )
        )
    worker = prove_password(worker, password, passwords=passwords)
    device, token = sign_in_device(worker, at=at)
    by = device_actor(device.id, name=device.name, origin=device.origin, worker_id=worker.id)
    record(actions.LOGIN, worker, made=device, actor=by, device_id=device.id)
    return WorkerWithToken(worker, token)
