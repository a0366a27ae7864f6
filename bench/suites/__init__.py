"""The rows of quality.md's table on speed, one module each; `SUITES` in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.plans import Plan
from bench.stores import Kind
from bench.suites import batch, drain, grow, order, page, qr, read, scan, slots, soak, start
from bench.targets import Report

_BOTH: tuple[Kind, ...] = ("sqlite", "mariadb")


@dataclass(frozen=True, slots=True)
class Entry:
    """A suite, and the databases on which it says something."""

    run: Callable[[Plan], Report]
    kinds: tuple[Kind, ...] = _BOTH


SUITES = {
    "scan": Entry(scan.run),
    "batch": Entry(batch.run),
    "drain": Entry(drain.run),
    "order": Entry(order.run),
    "read": Entry(read.run),
    "grow": Entry(grow.run, ("mariadb",)),
    "page": Entry(page.run, ("mariadb",)),
    "slots": Entry(slots.run),
    "qr": Entry(qr.run, ("sqlite",)),
    "soak": Entry(soak.run, ("mariadb",)),
    "start": Entry(start.run, ("sqlite",)),
}
