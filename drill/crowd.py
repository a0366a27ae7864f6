"""Sixteen counters at once, each a process of its own with a log of its own."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drill.client import Client
from drill.people import Person
from drill.stack import json_lines
from tests.deploy.site import Site

CLIENTS = 16
ENDS_WITHIN_SECONDS = 180.0
_CALM_SECONDS = 0.5
_processes = multiprocessing.get_context("fork")


@dataclass
class Told:
    """What the logs of all counters say."""

    orders: list[dict[str, Any]] = field(default_factory=list)
    scans: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    @property
    def acknowledged(self) -> int:
        """Orders and scans that were answered by 2xx."""
        return len(self.orders) + len(self.scans)


class Crowd:
    """The counters of one drill; `skew` is by how many seconds their clocks are wrong.

    Once `enough` is acknowledged they are in no hurry any more, but go on.
    """

    def __init__(
        self,
        site: Site,
        people: Sequence[Person],
        folder: Path,
        *,
        hurry: float = 1.0,
        pace: float = 0.0,
        enough: int | None = None,
    ) -> None:
        self._over = _processes.Event()
        self._enough = enough
        self.skew = _processes.Value("d", 0.0)
        self._counts = [_processes.Value("q", 0, lock=False) for _ in people]
        self._logs = [folder / f"client{number}.log" for number in range(len(people))]
        self._members = [
            _processes.Process(
                target=self._work, args=(number, site, person, hurry, pace), daemon=True
            )
            for number, person in enumerate(people)
        ]

    def _work(self, number: int, site: Site, person: Person, hurry: float, pace: float) -> None:
        random.seed()
        count = self._counts[number]

        def add(how_many: int) -> None:
            count.value += how_many

        def rest() -> float:
            if self._over.is_set():
                return 0.0
            is_enough = self._enough is not None and self.acknowledged >= self._enough
            return _CALM_SECONDS if is_enough else pace

        with self._logs[number].open("w") as log:
            Client(
                site.port,
                site.certificate,
                f"127.0.1.{number + 1}",
                person,
                log,
                hurry,
                rest,
                is_over=self._over.is_set,
                skew=lambda: float(self.skew.value),
                acknowledged=add,
            ).run()

    def start(self) -> None:
        """Open the counters."""
        for member in self._members:
            member.start()

    @property
    def acknowledged(self) -> int:
        """How much was acknowledged until now."""
        return sum(count.value for count in self._counts)

    def wait_for(self, acknowledged: int, *, within_seconds: float) -> bool:
        """Wait until so much is acknowledged; whether it came to that in time."""
        until = time.monotonic() + within_seconds
        while self.acknowledged < acknowledged and time.monotonic() < until:
            time.sleep(0.05)
        return self.acknowledged >= acknowledged

    def stop(self) -> Told:
        """Close them, and read what they noted; raises RuntimeError when one does not end."""
        self._over.set()
        until = time.monotonic() + ENDS_WITHIN_SECONDS
        for member in self._members:
            member.join(max(0.0, until - time.monotonic()))
            if member.exitcode != 0:
                member.kill()
                raise RuntimeError(f"a client did not end well: {member.exitcode}")
        told = Told()
        by_kind = {"order": told.orders, "scan": told.scans, "error": told.errors}
        for log in self._logs:
            for line in json_lines(log):
                by_kind[line.pop("kind")].append(line)
        return told
