"""How the installation stands, as figures of /metrics: asked of the database and the disk each time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.registry import Collector

from app import database
from app.operations.admin.stats import count_silent_devices
from app.operations.audit.condition import find_oldest_unsealed
from app.support import clock


class Standing(Collector):
    """The same from whichever process is asked; without a database only that it is silent."""

    def __init__(self, instance: Path) -> None:
        self._instance = instance

    def collect(self) -> Iterator[Gauge]:
        """Four figures at most, from two statements on indices."""
        free = shutil.disk_usage(self._instance).free
        yield Gauge("handover_disk_free_bytes", "Free where the instance folder lies.", value=free)
        is_up = database.answers() or database.answers()  # the first line may be a dead one
        yield Gauge("handover_database_up", "Whether the database answers.", value=is_up)
        if not is_up:
            return
        now, oldest = clock.now(), find_oldest_unsealed()
        waiting = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
        yield Gauge(
            "handover_unsealed_oldest_seconds",
            "Age of the oldest record of the ledger without a seal.",
            value=waiting,
        )
        yield Gauge(
            "handover_devices_silent",
            "Devices in use that were not heard of for 24 hours.",
            value=count_silent_devices(at=now),
        )
