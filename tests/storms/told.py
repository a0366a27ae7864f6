"""What clients tell of a storm: each request with its times and how it ended."""

from __future__ import annotations

from dataclasses import dataclass

OK = "ok"


@dataclass
class Told:
    """One request; times are of the machine's clock, `order` is the order's number, `start` a minute.

    `outcome` is OK or the refusal's code. `ends` is when a hold lapses, `replays` how often its
    transaction was run again, and `deadlocks` how often that was because of one.
    """

    kind: str
    customer_id: int | None = None
    service_id: int = 0
    start: int = 0
    end: int = 0
    worker_id: int | None = None
    order: str | None = None
    round: str | None = None
    begun: float = 0.0
    ended: float = 0.0
    outcome: str = ""
    replays: int = 0
    deadlocks: int = 0
    ends: float | None = None
