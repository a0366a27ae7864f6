"""Keeping what an upload told of its device, under the guard of the device's row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from app.database import Replay
from app.errors import DeviceRevoked
from app.operations.devices.scanning import DRAIN_EVENTS, ScanningDevice, read_device
from app.operations.tracks import statements
from app.operations.tracks.device_state import DeviceState
from app.operations.tracks.sightings import Sighting


def see_device(
    connection: Connection,
    device: ScanningDevice,
    state: DeviceState,
    fresh: Sequence[Sighting],
    numbers: Sequence[int],
    at: datetime,
) -> DeviceState:
    """Keep the news of one upload; those of a rival upload are merged, not lost.

    `numbers` are those of all its scans that are stored, replays included. Raises DeviceRevoked
    when a revoked device would drain more than 5,000 events (scans.md 1).
    """
    state.observe_seq(numbers)
    if _keep(connection, device, state, len(fresh), at):
        return state
    statements.LOCK_DEVICE.change(connection, {"device_id": device.id, "at": at})
    present = read_device(connection, device.id)
    if present.is_revoked and not device.is_revoked:
        raise Replay(outcome_unknown=False, taken=True)  # it was revoked while it was scanning
    merged = DeviceState(present.state)
    for sent_at in {one.sent_at for one in fresh if one.sent_at is not None}:
        merged.observe_offset(sent_at, at)
    merged.observe_seq(numbers)
    merged.queue_depth = state.queue_depth
    _keep(connection, present, merged, len(fresh), at)
    return merged


def _keep(
    connection: Connection, device: ScanningDevice, state: DeviceState, count: int, at: datetime
) -> bool:
    drained_now = count if device.is_revoked else 0
    if device.drained + drained_now > DRAIN_EVENTS:
        raise DeviceRevoked
    change = {
        "device_id": device.id,
        "seen": device.state_version,
        "new_state": state.as_text(),
        "drained_now": drained_now,
        "at": at,
    }
    return bool(statements.SEE_DEVICE.change(connection, change))
