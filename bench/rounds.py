"""Interleaved rounds: each variant in its turn, again and again, so that all meet every mood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bench.data import say
from bench.figures import Spread, ratio, spread
from bench.load import Measured

Measure = Callable[[], Measured]


@dataclass(slots=True)
class Series:
    """The rounds of one variant."""

    rounds: list[Measured] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """The median throughput."""
        return median(one.per_second for one in self.rounds)

    @property
    def p50_ms(self) -> Spread:
        """The median of the rounds' medians."""
        return spread([one.p50_ms for one in self.rounds])

    @property
    def p95_ms(self) -> Spread:
        """The median of the rounds' 95th percentiles."""
        return spread([one.p95_ms for one in self.rounds])

    @property
    def p99_ms(self) -> float:
        """The median of the rounds' 99th percentiles."""
        return median(one.p99_ms for one in self.rounds)

    @property
    def errors(self) -> int:
        """How many answers were not as expected; any makes the series invalid."""
        return sum(one.errors for one in self.rounds)

    @property
    def is_valid(self) -> bool:
        """Whether every round was."""
        return all(one.is_valid for one in self.rounds)

    def speed_to(self, other: Series) -> Spread:
        """This throughput divided by another's, round by round."""
        return ratio([one.per_second for one in self.rounds], _speeds(other))

    def p99_to(self, other: Series) -> Spread:
        """This p99 divided by another's, round by round."""
        return ratio([one.p99_ms for one in self.rounds], [one.p99_ms for one in other.rounds])

    def as_json(self) -> dict[str, Any]:
        """All of it as it is kept."""
        return {
            "per_second": round(self.per_second, 1),
            "p50_ms": round(self.p50_ms.median, 2),
            "p90_ms": round(median(one.p90_ms for one in self.rounds), 2),
            "p99_ms": round(self.p99_ms, 2),
            "max_ms": round(max(one.max_ms for one in self.rounds), 2),
            "generator_us": round(median(one.generator_us for one in self.rounds), 1),
            "errors": self.errors,
            "is_valid": self.is_valid,
            "rounds": [one.as_json() for one in self.rounds],
        }


def _speeds(series: Series) -> list[float]:
    return [one.per_second for one in series.rounds]


def interleave(variants: Mapping[str, Measure], rounds: int) -> dict[str, Series]:
    """Measure every variant `rounds` times, in turns."""
    measured = {name: Series() for name in variants}
    for number in range(1, rounds + 1):
        for name, measure in variants.items():
            result = measure()
            measured[name].rounds.append(result)
            words = (
                f"{result.per_second:8.0f}/s  p50 {result.p50_ms:.1f}  p99 {result.p99_ms:.1f} ms"
            )
            if result.errors:
                words += f"  INVALID: {result.errors} errors {result.statuses}\n{result.failure}"
            say(f"    round {number}/{rounds} {name:<10}{words}")
    return measured
