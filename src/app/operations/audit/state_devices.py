"""Devices that came about without a record of their own, and what they must be (scans.md 1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from app.database import AnyRow, db
from app.models import AuditEvent, Worker
from app.operations.devices.shared import SHARED_DEVICE
from app.operations.ledger.actions import LOGIN, WORKER_CREATED
from app.operations.ledger.subjects import SUBJECTS

# As operations/devices/enrolment.py makes them.
_SIGNED_IN = {"origin": "login", "profile": "scan", "station": None, "default_action": None}
_SHARED = {
    name: getattr(SHARED_DEVICE, name)
    for name in ("origin", "profile", "station", "default_action", "worker_id")
}
_SIGN_INS = (
    select(AuditEvent.resource_id, AuditEvent.data)
    .where(
        AuditEvent.resource_type == SUBJECTS[Worker].word,
        AuditEvent.resource_id.in_(bindparam("workers", expanding=True)),
        AuditEvent.action.in_((LOGIN.word, WORKER_CREATED.word)),
    )
    .execution_options(yield_per=1000)
)


def find_device_origins(devices: Sequence[AnyRow]) -> dict[int, dict[str, Any]]:
    """The values of devices that a worker's login or creation made, and of the shared one.

    A device that no record of its worker names is left out.
    """
    found = (
        {SHARED_DEVICE.id: _SHARED} if any(one.id == SHARED_DEVICE.id for one in devices) else {}
    )
    wanted = {one.id for one in devices} - found.keys()
    workers = {one.worker_id for one in devices if one.worker_id is not None}
    if not wanted or not workers:
        return found
    with db.session.connection().execute(_SIGN_INS, {"workers": sorted(workers)}) as records:
        for worker_id, data in records:
            named = json.loads(data).get("device_id")
            if named in wanted:
                found[named] = {**_SIGNED_IN, "worker_id": worker_id}
    return found
