"""Which steps of an order are told to anybody (scans.md 6: late scans notify nobody). Pure."""

from __future__ import annotations

from datetime import datetime

from app.operations.tracks.fold import Step
from app.operations.tracks.timing import STALE


def is_news(step: Step, *, is_late: bool, effective_at: datetime, at: datetime) -> bool:
    """Whether a step changed the status, was the newest of its order, and is not old at `at`."""
    return step.applied and not is_late and at - effective_at <= STALE
