"""The age of the newest backup, as a figure of /metrics: read from the folder when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app.operations.backups.folder import find_newest
from app.support import clock


class BackupAge(Collector):
    """`handover_backup_age_seconds`; infinite without a backup, or where the folder cannot be read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            newest = find_newest(self._folder)
        except OSError:
            newest = None
        age = float("inf")
        if newest is not None:
            age = (clock.now() - newest.created_at).total_seconds()
        yield GaugeMetricFamily(
            "handover_backup_age_seconds", "Since the newest backup was made.", value=age
        )
