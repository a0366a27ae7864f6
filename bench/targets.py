"""What a suite found, and whether that is what quality.md wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from bench.figures import Spread
from bench.rounds import Series
from bench.stores import Kind

Word = Literal["reached", "missed", "invalid"]


@dataclass(frozen=True, slots=True)
class Target:
    """One figure of quality.md's table; `bound` is the most it may be, or the least."""

    what: str
    value: float
    bound: float
    is_most: bool
    unit: str = ""
    spread: str = ""
    is_valid: bool = True

    @property
    def word(self) -> Word:
        """Whether it is reached; a figure of a run with errors says nothing."""
        if not self.is_valid:
            return "invalid"
        is_reached = self.value <= self.bound if self.is_most else self.value >= self.bound
        return "reached" if is_reached else "missed"

    @property
    def wanted(self) -> str:
        """The bound in words."""
        return f"{'<=' if self.is_most else '>='} {self.bound:g}{self.unit}"

    @property
    def seen(self) -> str:
        """The figure with its spread over the rounds."""
        return f"{self.value:.2f}{self.unit}{f' ({self.spread})' if self.spread else ''}"

    def as_json(self) -> dict[str, Any]:
        """The target as it is kept."""
        return {**asdict(self), "word": self.word, "wanted": self.wanted, "seen": self.seen}


def at_least(
    what: str, value: Spread | float, bound: float, unit: str = "", *, of: Sequence[Series] = ()
) -> Target:
    """A target that is reached from `bound` upwards; valid when the series it is made `of` are."""
    return _target(what, value, bound, unit, of, is_most=False)


def at_most(
    what: str, value: Spread | float, bound: float, unit: str = "", *, of: Sequence[Series] = ()
) -> Target:
    """A target that is reached up to `bound`; valid when the series it is made `of` are."""
    return _target(what, value, bound, unit, of, is_most=True)


def _target(
    what: str,
    value: Spread | float,
    bound: float,
    unit: str,
    of: Sequence[Series],
    *,
    is_most: bool,
) -> Target:
    told = ""
    if isinstance(value, Spread):
        told = f"{value.least:.2f}..{value.most:.2f}"
        value = value.median
    is_valid = all(series.is_valid for series in of)
    return Target(what, value, bound, is_most, unit, told, is_valid)


@dataclass(slots=True)
class Report:
    """One suite on one database: its targets, its series and what else is worth knowing."""

    suite: str
    kind: Kind | None
    targets: list[Target] = field(default_factory=list)
    series: dict[str, Series] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Under which it is kept."""
        return f"{self.suite} {self.kind}" if self.kind else self.suite

    @property
    def errors(self) -> int:
        """How many answers of all its series were not as expected."""
        return sum(series.errors for series in self.series.values())

    def as_json(self) -> dict[str, Any]:
        """The report as it is kept."""
        return {
            "suite": self.suite,
            "database": self.kind,
            "targets": [target.as_json() for target in self.targets],
            "series": {name: series.as_json() for name, series in self.series.items()},
            "notes": self.notes,
        }
