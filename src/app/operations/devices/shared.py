"""The one device that unauthenticated legacy scans share (contract.md 6)."""

from __future__ import annotations

from app.operations.devices.scanning import ScanningDevice

SHARED_DEVICE = ScanningDevice(
    id=1,  # the row that the first migration inserts
    name="Unauthenticated legacy scans",
    station=None,
    profile="scan",
    origin="shared",
    default_action=None,
    worker_id=None,
    last_seen_at=None,
    revoked_at=None,
    drained=0,
    state="{}",
    state_version=0,
)
