"""Half of the greatest rate for an hour: memory, files, connections and p99 stay as they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import percentile
from bench.suites.soak import megabytes
from drill.crowd import CLIENTS, Crowd
from drill.proof import Proof, prove
from drill.stack import Stack

_AT_FULL_RATE_SECONDS = 15.0
_LOOKS, _WARM_UP, _WINDOW = 60, 10, 10
"""In an hour one a minute; after the first ten nothing grows: ten are compared with the last ten."""

_MOST_GROWTH = 1.05
_MOST_P99_GROWTH = 1.25
"""Of ten minutes to ten minutes; that of a quiet machine wavers by some tenth."""

_MOST_FILES_MORE = 10
"""Requests under way, in twenty processes at most; a leak comes to thousands in an hour."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One look: PSS of the largest web process in MB, files and database connections of all."""

    at: float
    largest_mb: float
    files: int
    connections: int
    p99_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Soak:
    """What was seen; growth is the median of the last looks to that of the first after warming up."""

    samples: list[Sample]
    memory_growth: float
    more_files: int
    more_connections: int
    p99_growth: float
    refused: int
    proof: Proof

    @property
    def is_passed(self) -> bool:
        """Whether nothing grows and nothing is lost."""
        is_flat = self.memory_growth <= _MOST_GROWTH and self.p99_growth <= _MOST_P99_GROWTH
        leaks = self.more_files > _MOST_FILES_MORE or self.more_connections > 0
        return is_flat and not leaks and self.proof.is_clean and not self.refused

    def as_json(self) -> dict[str, Any]:
        """This soak as it is kept."""
        return {**asdict(self), "is_passed": self.is_passed}


def soak(stack: Stack, *, minutes: float, say: Callable[[str], None] = lambda _: None) -> Soak:
    """Load the stack for so long, with a look at each sixtieth of the time."""
    assert stack.site is not None
    pace = _pace_of_half_the_rate(stack)
    crowd = Crowd(stack.site, stack.people(CLIENTS), stack.folder, pace=pace)
    crowd.start()
    seen = []
    for sample in _looks(stack, minutes * 60):
        seen.append(sample)
        say(
            f"soak: {crowd.acknowledged:,} acknowledged, {sample.largest_mb:.1f} MB, "
            f"{sample.files} files, {sample.connections} connections"
        )
    told = crowd.stop()
    samples = [_with_p99(one, told.scans, minutes) for one in seen]
    warm = samples[_WARM_UP:]
    first, last = _middle(warm[:_WINDOW]), _middle(warm[-_WINDOW:])
    return Soak(
        samples=samples,
        memory_growth=last.largest_mb / first.largest_mb,
        more_files=last.files - first.files,
        more_connections=last.connections - first.connections,
        p99_growth=last.p99_ms / first.p99_ms,
        refused=len(told.errors),
        proof=prove(stack, told),
    )


def _pace_of_half_the_rate(stack: Stack) -> float:
    """As long a rest after each request as the request takes when all are in a hurry, in seconds."""
    assert stack.site is not None
    crowd = Crowd(stack.site, stack.people(CLIENTS), stack.folder)
    crowd.start()
    time.sleep(_AT_FULL_RATE_SECONDS)
    took = [one["took"] for one in crowd.stop().scans if "took" in one]
    return float(sum(took) / len(took))


def _looks(stack: Stack, seconds: float) -> Iterator[Sample]:
    for _ in range(_LOOKS):
        time.sleep(seconds / _LOOKS)
        pids = [pid for server in stack.servers for pid in server.processes()]
        [(_, connections)] = stack.reader().ask("SHOW GLOBAL STATUS LIKE 'Threads_connected'")
        yield Sample(
            at=time.time(),
            largest_mb=max(megabytes(pids)),
            files=sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids),
            connections=int(connections),
        )


def _middle(looks: list[Sample]) -> Sample:
    """Their medians: a request that is under way has files open."""
    return Sample(
        looks[-1].at,
        median(one.largest_mb for one in looks),
        round(median(one.files for one in looks)),
        round(median(one.connections for one in looks)),
        median(one.p99_ms for one in looks),
    )


def _with_p99(sample: Sample, scans: list[dict[str, Any]], minutes: float) -> Sample:
    """With the p99 of ten looks' time before it, so that there are enough scans."""
    first = sample.at - minutes * 60 / _LOOKS * _WINDOW
    took = sorted(
        round(one["took"] * 1e6) for one in scans if first <= one.get("began", 0.0) <= sample.at
    )
    return Sample(
        sample.at,
        sample.largest_mb,
        sample.files,
        sample.connections,
        percentile(took, 0.99) / 1000,
    )
