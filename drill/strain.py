"""How scanning fares while somebody presses: quiet and pressed in turns, in one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.figures import percentile, ratio
from drill.crowd import Crowd
from drill.presses import Press, pressing
from drill.proof import Proof, prove
from drill.stack import Stack

CLIENTS = 4
ROUNDS = 5
WORST_RATIO = 3.0
_SETTLES_SECONDS = 2.0
"""What was asked before the pressure ended is still answered."""

_PACE_SECONDS = 0.05
"""The counters are not the pressure: between two requests each rests."""


@dataclass(frozen=True, slots=True)
class Strain:
    """p99 of single scans in ms, round by round; `ratio` is the median of pressed to quiet."""

    press: str
    quiet_ms: list[float]
    pressed_ms: list[float]
    ratio: float
    refused: int
    proof: Proof

    @property
    def is_passed(self) -> bool:
        """Whether scanning goes on, and nothing is lost; how fast is a figure of this machine."""
        return self.proof.is_clean and not self.refused

    def as_json(self) -> dict[str, Any]:
        """This strain as it is kept."""
        within = self.ratio <= WORST_RATIO
        return {**asdict(self), "is_within_target": within, "is_passed": self.is_passed}


def strain(
    press: Press, stack: Stack, *, seconds: float, say: Callable[[str], None] = lambda _: None
) -> Strain:
    """Scan in rounds of so many seconds, quietly and pressed."""
    assert stack.site is not None
    crowd = Crowd(stack.site, stack.people(CLIENTS), stack.folder, pace=_PACE_SECONDS)
    crowd.start()
    crowd.wait_for(100, within_seconds=60)
    quiet, pressed = [], []
    for number in range(1, ROUNDS + 1):
        time.sleep(_SETTLES_SECONDS)
        quiet.append(_window(seconds))
        with pressing(press, stack.site):
            pressed.append(_window(seconds))
        say(f"{press.name}: round {number}/{ROUNDS}, {crowd.acknowledged:,} acknowledged")
    told = crowd.stop()
    figures = [[_p99(told.scans, *window) for window in some] for some in (quiet, pressed)]
    return Strain(
        press=press.name,
        quiet_ms=figures[0],
        pressed_ms=figures[1],
        ratio=ratio(figures[1], figures[0]).median,
        refused=len(told.errors),
        proof=prove(stack, told),
    )


def _window(seconds: float) -> tuple[float, float]:
    began = time.time()
    time.sleep(seconds)
    return began, time.time()


def _p99(scans: Sequence[dict[str, Any]], first: float, last: float) -> float:
    """Of the scans that began within a window, in ms; raises ValueError when there was none."""
    took = sorted(
        round(one["took"] * 1e6) for one in scans if first <= one.get("began", 0.0) <= last
    )
    if not took:
        raise ValueError("nothing was scanned in a whole round")
    return percentile(took, 0.99) / 1000
