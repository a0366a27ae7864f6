"""Scans of old clients, which send no key: the same again within 30 s is one scan (contract.md 6)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.operations.devices.scanning import ScanningDevice
from app.operations.tracks.record import REPEATED_WITHIN, Upload, record_scans
from app.operations.tracks.sightings import Sighting
from app.support.tokens import derived_event_id


def record_unkeyed_scan(
    sighting: Sighting,
    said: Sequence[str | None],
    *,
    secret: str,
    at: datetime,
    device: ScanningDevice,
) -> Upload:
    """Record a scan once for what it `said`, however often it is sent within 30 s.

    The device's row is locked first, so that two repetitions cannot pass each other. `secret`
    is in its key, so that nobody can take the key before the scan comes.
    """
    digest = hashlib.sha256(json.dumps(list(said)).encode()).digest()
    half_minute = int(at.timestamp() // REPEATED_WITHIN.total_seconds())
    key, earlier = (
        derived_event_id("unkeyed", secret, str(device.id), digest.hex(), str(number))
        for number in (half_minute, half_minute - 1)
    )
    keyed = replace(sighting, event_id=key, earlier_key=earlier, content_digest=digest)
    return record_scans([keyed], received_at=at, device=device)
