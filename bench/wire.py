"""One process of the load generator: some connections, one request at a time on each (closed loop).

Much cheaper than any server that it drives: requests are bytes before the clock starts.
"""

from __future__ import annotations

import random
import selectors
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bench.lines import BROKEN, PATIENCE_SECONDS, Address, Line

JITTER_SECONDS = 1.0
"""What a device adds to a Retry-After, at most, so that a crowd that was sent away comes back apart."""


class Instant(Protocol):
    """Shared between processes, so that a load can be ended early."""

    value: int


@dataclass(frozen=True, slots=True)
class Task:
    """What one process does; instants are of time.perf_counter_ns.

    What is answered by one of the `patient` statuses is sent again when its Retry-After is over.
    """

    address: Address
    requests: Sequence[bytes]
    connections: int
    counted_from: int
    stop_at: Instant
    patient: frozenset[int] = frozenset()


@dataclass(slots=True)
class Tally:
    """What came of it; `latencies` (ns) are those of the counted time, `statuses` all.

    A request that came again is one: its time begins with its first try, its status is that of
    its last, and `postponed` counts the answers that sent it away.
    """

    latencies: array[int] = field(default_factory=lambda: array("Q"))
    statuses: Counter[int] = field(default_factory=Counter)
    postponed: int = 0
    failure: bytes = b""
    ended_at: int = 0
    ran_out: bool = False
    cpu_seconds: float = 0.0


def drive(task: Task) -> Tally:
    """Keep every connection busy until the time is over or no request is left."""
    cpu = time.process_time()
    with selectors.DefaultSelector() as waiting:
        driver = _Driver(task, waiting)
        driver.run()
    driver.tally.cpu_seconds = time.process_time() - cpu
    return driver.tally


class _Driver:
    """The lines of one process: those that wait for an answer, and those that were sent away."""

    def __init__(self, task: Task, waiting: selectors.BaseSelector) -> None:
        self.tally = Tally()
        self._task = task
        self._supply: Iterator[bytes] = iter(task.requests)
        self._waiting = waiting
        self._away: list[Line] = []

    def run(self) -> None:
        lines = [Line() for _ in range(self._task.connections)]
        for line in lines:
            self._next(line)
        while self._waiting.get_map() or self._away:
            ready = self._waiting.select(self._patience())
            for key, _ in ready:
                if key.data.receive():
                    self._answered(key.data)
            if not ready:
                self._give_up()
            if self._away:
                self._send_due()
        for line in lines:
            line.close()

    def _patience(self) -> float:
        if not self._away:
            return PATIENCE_SECONDS
        return max(0, min(line.due for line in self._away) - time.perf_counter_ns()) / 1e9

    def _is_over(self) -> bool:
        return time.perf_counter_ns() >= self._task.stop_at.value

    def _next(self, line: Line) -> None:
        if self._is_over():
            return
        request = next(self._supply, None)
        if request is None:
            self.tally.ran_out = True
            return
        line.request = request
        self._send(line)
        line.began = line.sent

    def _send(self, line: Line) -> None:
        if line.send(self._task.address):
            assert line.socket is not None
            self._waiting.register(line.socket, selectors.EVENT_READ, line)
        else:
            self._count(line)

    def _answered(self, line: Line) -> None:
        self._settle(line)
        if line.status in self._task.patient and not self._is_over():
            self.tally.postponed += 1
            seconds = int(line.header(b"retry-after") or 1) + random.uniform(0, JITTER_SECONDS)
            line.due = time.perf_counter_ns() + round(seconds * 1e9)
            self._away.append(line)
            return
        self._count(line)
        self._next(line)

    def _send_due(self) -> None:
        now = time.perf_counter_ns()
        for line in [line for line in self._away if line.due <= now]:
            self._away.remove(line)
            if self._is_over():
                self._count(line)
            else:
                self._send(line)

    def _give_up(self) -> None:
        """Nobody answered for long: those requests are lost, and their connections."""
        latest = time.perf_counter_ns() - PATIENCE_SECONDS * 1e9
        for line in [key.data for key in self._waiting.get_map().values()]:
            if line.sent <= latest:
                line.answer = b""
                self._settle(line)
                self._count(line)

    def _settle(self, line: Line) -> None:
        """Take the line from the waiting ones; close it where the server will."""
        assert line.socket is not None
        self._waiting.unregister(line.socket)
        if line.is_over():
            line.close()

    def _count(self, line: Line) -> None:
        now, status = time.perf_counter_ns(), line.status
        self.tally.statuses[status] += 1
        if (status == BROKEN or status >= 400) and not self.tally.failure:
            self.tally.failure = line.answer[:2000]
        if line.answer and self._task.counted_from <= now < self._task.stop_at.value:
            self.tally.latencies.append(now - line.began)
            self.tally.ended_at = now
