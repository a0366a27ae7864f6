"""The fold's profile of appointments: check-in, check-out, and the steps of their life (booking.md 4).

Pure, and deterministic from the events alone: whether a scan lay within its appointment's window
was decided when it was recorded, and stands in its reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from app.operations.tracks.fold import Entry, State, Step

WINDOW: Final = timedelta(minutes=60)
"""How long before an appointment's start and after its end a scan belongs to it."""

_ONLY_FROM: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "created": frozenset({"held"}),
        "expired": frozenset({"held"}),
        "confirmed": frozenset({"held", "created"}),
        "no_show": frozenset({"created", "confirmed"}),
    }
)
"""Commands that a check-in from before them, arriving later, leaves without effect."""

_NOT_BEGUN: Final = frozenset({"created", "confirmed"})
_BY_SCAN: Final = frozenset({"created", "processing", "completed"})


@dataclass(frozen=True, slots=True)
class VisitState(State):
    """What an appointment's events have come to."""

    def judge(self, entry: Entry) -> Step:
        """What one event that is later than all before it does to the status."""
        neutral = Step(self.status, self.status, self.since)
        if entry.is_command:
            return _command(neutral, entry)
        if entry.forced:
            after = entry.action if entry.action in _BY_SCAN else self.status
            return _to(neutral, after, "forced")
        return _scan(neutral, entry)


def first_state(
    *, created_at: datetime, starts_at: datetime | None, hold_expires_at: datetime | None
) -> State:
    """The state of an order before its first event; one that was held first begins as held."""
    if starts_at is None:
        return State(since=created_at)
    return VisitState(since=created_at, status="created" if hold_expires_at is None else "held")


def is_within(at: datetime, *, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a scan of this time belongs to the appointment."""
    return starts_at - WINDOW <= at <= ends_at + WINDOW


def _command(neutral: Step, entry: Entry) -> Step:
    """A forced one, a cancellation and a status set by hand are applied unconditionally."""
    before, action = neutral.before, entry.action
    conditions = None if entry.forced else _ONLY_FROM.get(action)
    if conditions is not None and before not in conditions:
        return neutral
    return replace(neutral, after=action, applied=action != before)


def _scan(neutral: Step, entry: Entry) -> Step:
    before, action = neutral.before, entry.action
    if before == "cancelled":
        return replace(neutral, reasons=("order_cancelled",))
    if before in ("held", "expired"):
        return replace(neutral, reasons=("wrong_state",))
    is_check = action == "scanned"
    if is_check and not entry.counts:
        return neutral
    if is_check and before != "completed":
        action = "completed" if before == "processing" else "processing"
    if action == before:
        return replace(neutral, reasons=("already_in_state",))
    if action == "processing" and before in _NOT_BEGUN:
        return _to(neutral, action)
    if action == "completed" and before == "processing":
        return _to(neutral, action)
    if action == "completed" and before in _NOT_BEGUN:
        return replace(_to(neutral, action, "skipped_states"), skipped=("processing",))
    if before == "no_show" and action in ("processing", "completed") and entry.counts:
        return _to(neutral, action, "wrong_state")
    return neutral if is_check else replace(neutral, reasons=("wrong_state",))


def _to(neutral: Step, after: str, *reasons: str) -> Step:
    return replace(neutral, after=after, applied=after != neutral.before, reasons=reasons)
