"""One drill: load, a fault in the middle of it, its end, and what is left of what was acknowledged."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from drill.client import BROKEN
from drill.crowd import CLIENTS, Crowd
from drill.faults import Fault, LimitsNotInForce, Scene
from drill.probe import Probe
from drill.proof import Proof, prove
from drill.stack import Stack

QUICK = 1_000
_BEFORE = 0.3
"""The share of the load that is acknowledged before the fault."""

_BACK_WITHIN_SECONDS = 120.0
_ENDS_WITHIN_SECONDS = 1800.0
_MOST_TOLD = 10
_SETTLES_SECONDS = 3.0
"""After an outage each process still finds out for itself that its connection is gone."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much has to be acknowledged; a quick drill has shorter faults and pauses, too."""

    acknowledged: int
    is_quick: bool

    @property
    def hurry(self) -> float:
        """By what a device's pauses are multiplied."""
        return 0.1 if self.is_quick else 1.0

    @property
    def enough(self) -> int | None:
        """After how many acknowledged requests the counters need not hurry any more."""
        return self.acknowledged if self.is_quick else None

    def seconds(self, fault: Fault) -> float:
        """How long a fault lasts."""
        return fault.quick_seconds if self.is_quick else fault.longest_seconds


@dataclass(frozen=True, slots=True)
class Outcome:
    """`errors` are the statuses that clients saw and repeated (0: the line broke), `unexpected`
    those of them outside of the outage or that no device repeats."""

    fault: str
    load: str
    acknowledged: int
    proof: Proof
    errors: dict[str, int]
    unexpected: dict[str, int]
    recovery_seconds: float | None
    trouble: str = ""

    @property
    def is_passed(self) -> bool:
        """Whether nothing was lost, doubled or refused without need."""
        return self.proof.is_clean and not self.unexpected and not self.trouble

    def as_json(self) -> dict[str, Any]:
        """This outcome as it is kept."""
        return {**asdict(self), "is_passed": self.is_passed}


def run_drill(
    fault: Fault,
    stack: Stack,
    size: Size,
    *,
    asks_ledger: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Drill one fault on a running stack; raises RuntimeError when the stack cannot go on.

    Who drills several may ask the ledger once, after the last: it reads all that is stored.
    """
    assert stack.site is not None
    people = stack.people(CLIENTS)
    began = time.monotonic()
    crowd = Crowd(stack.site, people, stack.folder, hurry=size.hurry, enough=size.enough)
    crowd.start()
    probe = Probe(stack.site)
    trouble = ""
    if not crowd.wait_for(round(size.acknowledged * _BEFORE), within_seconds=_ENDS_WITHIN_SECONDS):
        trouble = "the load did not begin"
    say(f"{fault.name}: {crowd.acknowledged:,} acknowledged; now: {fault.words}")
    broke_at = time.time()
    try:
        fault.happen(Scene(stack, crowd, size.seconds(fault)))
    except LimitsNotInForce as limits:
        trouble = str(limits)
    mended_at = time.time()
    back_at = probe.wait_until_back(mended_at, within_seconds=_BACK_WITHIN_SECONDS)
    trouble = trouble or ("" if back_at else "the service did not come back")
    say(f"{fault.name}: put right after {mended_at - broke_at:.1f} s")
    if not crowd.wait_for(size.acknowledged, within_seconds=_ENDS_WITHIN_SECONDS):
        trouble = trouble or "the load did not end"
    told = crowd.stop()
    probe.stop()
    say(f"{fault.name}: {told.acknowledged:,} acknowledged; looking for each of them")
    outage = _outage(fault, probe, broke_at, mended_at, back_at or mended_at)
    unexpected = [one for one in told.errors if not _is_excused(one, outage)]
    for one in unexpected[:_MOST_TOLD]:
        when = one["began"] - broke_at
        say(f"{fault.name}: unexpected {one['status']} of {one['path']}, asked at {when:+.2f} s")
    return Outcome(
        fault=fault.name,
        load=f"{CLIENTS} clients, {told.acknowledged / (time.monotonic() - began):.0f}/s",
        acknowledged=told.acknowledged,
        proof=prove(stack, told, asks_ledger=asks_ledger),
        errors=_counted(told.errors),
        unexpected=_counted(unexpected),
        recovery_seconds=None if outage is None else outage.recovery_seconds,
        trouble=trouble,
    )


@dataclass(frozen=True, slots=True)
class _Outage:
    """In this time clients may be refused; `recovery_seconds` is how long the service needed."""

    first: float
    last: float
    recovery_seconds: float


def _outage(
    fault: Fault, probe: Probe, broke_at: float, mended_at: float, back_at: float
) -> _Outage | None:
    if not fault.outage:
        return None
    if fault.heals_within_seconds is None:
        return _Outage(broke_at, back_at + _SETTLES_SECONDS, back_at - mended_at)
    last = broke_at + fault.heals_within_seconds
    healed_at = probe.last_failure(broke_at, last) or broke_at
    return _Outage(broke_at, last, healed_at - broke_at)


def _is_excused(error: dict[str, Any], outage: _Outage | None) -> bool:
    """Whether a try was under way in the outage, and refused in a way that a device repeats."""
    if outage is None or not (error["status"] == BROKEN or error["status"] >= 500):
        return False
    return bool(error["began"] <= outage.last and error["ended"] >= outage.first)


def _counted(errors: list[dict[str, Any]]) -> dict[str, int]:
    counts = Counter(one["status"] for one in errors)
    return {str(status): count for status, count in sorted(counts.items())}
