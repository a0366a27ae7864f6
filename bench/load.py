"""The load generator: a few processes with some connections each, for a fixed time."""

from __future__ import annotations

import multiprocessing
import time
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from bench.figures import percentile
from bench.lines import Address
from bench.wire import Tally, Task, drive

WARM_UP_SECONDS = 1.0
_START_IN_NS = 200_000_000
_LONGEST_SECONDS = 600.0
_processes = multiprocessing.get_context("fork")  # requests are inherited, not copied


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of a server, and for how long; `expected` are the statuses that are right.

    A device is `patient`: what one of these statuses refuses it sends again (wire.Task).
    """

    address: Address
    requests: Sequence[bytes]
    expected: frozenset[int]
    connections: int = 8
    processes: int = 1
    seconds: float = 4.0
    warm_up: float = WARM_UP_SECONDS
    patient: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Measured:
    """What a server did in the counted time; `errors` are answers that were not expected.

    `postponed` counts the answers that sent a patient load's requests away for a while.
    `generator_us` is the generator's own processor time for one answer.
    """

    answers: int
    seconds: float
    p50_ms: float
    p90_ms: float
    p99_ms: float
    max_ms: float
    statuses: dict[int, int]
    errors: int
    ran_out: bool
    generator_us: float
    failure: str = field(default="", repr=False)
    postponed: int = 0
    p95_ms: float = 0.0

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds if self.seconds else 0.0

    @property
    def is_valid(self) -> bool:
        """Whether there were answers and all were as they should be."""
        return self.errors == 0 and self.answers > 0

    def as_json(self) -> dict[str, Any]:
        """This measurement as it is kept."""
        values = asdict(self)
        return {**values, "per_second": self.per_second, "is_valid": self.is_valid}


class Run:
    """A load that is on its way: `result` waits for its end, `stop` brings it about."""

    def __init__(self, load: Load) -> None:
        began = time.perf_counter_ns() + _START_IN_NS
        self._load = load
        self._counted_from = began + round(load.warm_up * 1e9)
        stop_at = self._counted_from + round(load.seconds * 1e9)
        self._stop_at = _processes.Value("q", stop_at, lock=False)
        self._members: list[tuple[Any, Connection]] = []
        for number in range(load.processes):
            share = load.connections // load.processes + (
                number < load.connections % load.processes
            )
            requests = (
                load.requests[number :: load.processes] if load.processes > 1 else load.requests
            )
            task = Task(
                load.address, requests, share, self._counted_from, self._stop_at, load.patient
            )
            ours, theirs = _processes.Pipe(duplex=False)
            member = _processes.Process(target=_work, args=(task, began, theirs), daemon=True)
            member.start()
            theirs.close()
            self._members.append((member, ours))

    def stop(self) -> None:
        """End it now: what is on its way is still answered."""
        self._stop_at.value = min(self._stop_at.value, time.perf_counter_ns())

    def result(self) -> Measured:
        """What came of it; raises RuntimeError when a process of the generator died."""
        tallies = []
        patience = self._load.warm_up + self._load.seconds + _LONGEST_SECONDS
        for member, pipe in self._members:
            try:
                if not pipe.poll(patience):
                    raise RuntimeError("the load generator does not end")
                tallies.append(pipe.recv())
            except EOFError:
                raise RuntimeError("a process of the load generator died") from None
            finally:
                member.join(5)
                if member.is_alive():
                    member.kill()
        counted = (self._stop_at.value - self._counted_from) / 1e9
        return measured(tallies, self._load, self._counted_from, seconds=counted)


def run(load: Load) -> Measured:
    """Put a load on a server and say what came of it."""
    return Run(load).result()


def _work(task: Task, began: int, pipe: Connection) -> None:
    time.sleep(max(0.0, (began - time.perf_counter_ns()) / 1e9))
    pipe.send(drive(task))
    pipe.close()


def measured(
    tallies: Sequence[Tally], load: Load, counted_from: int, *, seconds: float
) -> Measured:
    """The tallies of all processes as one; the time ends early when the requests ran out."""
    latencies, statuses = array("Q"), Counter[int]()
    for tally in tallies:
        latencies.extend(tally.latencies)
        statuses.update(tally.statuses)
    ordered = sorted(latencies)
    ran_out = any(tally.ran_out for tally in tallies)
    if ran_out:
        seconds = max(0, *(tally.ended_at - counted_from for tally in tallies), 0) / 1e9
    total = sum(statuses.values())
    return Measured(
        answers=len(ordered),
        seconds=seconds,
        p50_ms=percentile(ordered, 0.5) / 1e6,
        p90_ms=percentile(ordered, 0.9) / 1e6,
        p95_ms=percentile(ordered, 0.95) / 1e6,
        p99_ms=percentile(ordered, 0.99) / 1e6,
        max_ms=(ordered[-1] if ordered else 0) / 1e6,
        statuses=dict(sorted(statuses.items())),
        errors=sum(count for status, count in statuses.items() if status not in load.expected),
        ran_out=ran_out,
        generator_us=sum(tally.cpu_seconds for tally in tallies) / total * 1e6 if total else 0.0,
        failure=next(
            (tally.failure.decode(errors="replace") for tally in tallies if tally.failure), ""
        ),
        postponed=sum(tally.postponed for tally in tallies),
    )
