"""The fold: an order's status is what its events say, in their one total order (scans.md 6).

Pure: with the stored times fixed, any order of arrival gives the same state.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import asin, cos, radians, sin, sqrt

from app.support.licensing import is_start
from app.support.words import RANKS

FASTEST_KM_PER_HOUR = 200
POSITION_NOISE_KM = 1.0
_WORKED_STATES = ("picked_up", "processing", "completed")

EntryKey = tuple[datetime, int, str]


@dataclass(frozen=True, slots=True)
class Position:
    """Where, in 1e-6 degrees, at a time that is trusted."""

    lat_e6: int
    lon_e6: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the fold reads it; `is_command` and `forced` apply unconditionally.

    An appointment's commands have conditions of their own (tracks/visits.py). `counts` is false of
    a scan of an appointment that lies outside of its window or repeats another one, `is_licensed` of
    one whose worker lacked the license that this work required then: it starts nothing.
    """

    effective_at: datetime
    seq: int
    event_id: str
    action: str
    is_command: bool = False
    forced: bool = False
    piece: int | None = None
    worker_id: int | None = None
    location: str | None = None
    position: Position | None = None
    counts: bool = True
    is_licensed: bool = True

    @property
    def key(self) -> EntryKey:
        """The total order of an order's events, never the autoincrement id."""
        return (self.effective_at, self.seq, self.event_id)


@dataclass(frozen=True, slots=True)
class State:
    """What an order's events have come to; `pieces` maps an action to the bits of the pieces it saw."""

    since: datetime
    status: str = "created"
    last: EntryKey | None = None
    pieces: Mapping[str, int] = field(default_factory=dict)
    location: str | None = None
    located_at: datetime | None = None
    custodian_id: int | None = None
    position: Position | None = None

    @property
    def pieces_seen(self) -> int:
        """How many different pieces were seen by any scan."""
        return self._all_pieces.bit_count()

    def has_seen_all(self, piece_count: int) -> bool:
        """Whether each of pieces 1 to `piece_count` was seen by some scan."""
        wanted = (2 << piece_count) - 2
        return self._all_pieces & wanted == wanted

    def judge(self, entry: Entry) -> Step:
        """What one event that is later than all before it does to the status."""
        return _judge(self, entry)

    @property
    def _all_pieces(self) -> int:
        bits = 0
        for mask in self.pieces.values():
            bits |= mask
        return bits


@dataclass(frozen=True, slots=True)
class Step:
    """What one event did to the status, and why it did not."""

    before: str
    after: str
    before_since: datetime
    applied: bool = False
    skipped: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def advance(state: State, entry: Entry, piece_count: int) -> tuple[State, Step]:
    """Fold one event that is later than all before it."""
    step = state.judge(entry)
    if not entry.is_licensed and is_start(before=step.before, after=step.after):
        withheld = Step(step.before, step.before, state.since, reasons=("license_missing",))
        return replace(state, last=entry.key), withheld
    changed = step.after != step.before
    seen = _with_piece(state.pieces, entry)
    reasons = list(step.reasons)
    moved = replace(
        state,
        status=step.after,
        since=entry.effective_at if changed else state.since,
        last=entry.key,
        pieces=seen,
    )
    is_handed_back = step.applied and step.after == "delivered"
    if is_handed_back and piece_count > 1 and not moved.has_seen_all(piece_count):
        reasons.append("piece_missing")
    if not entry.is_command:
        moved = replace(
            moved,
            custodian_id=entry.worker_id,
            location=entry.location or moved.location,
            located_at=entry.effective_at if entry.location else moved.located_at,
        )
    if entry.position is not None:
        if state.position is not None and _is_too_fast(state.position, entry.position):
            reasons.append("impossible_travel")
        moved = replace(moved, position=entry.position)
    return moved, replace(step, reasons=tuple(reasons))


def _judge(state: State, entry: Entry) -> Step:
    before, action = state.status, entry.action
    neutral = Step(before, before, state.since)
    if entry.is_command:
        return replace(neutral, after=action, applied=action != before)
    if entry.forced:
        after = before if action == "scanned" else action
        return replace(neutral, after=after, applied=after != before, reasons=("forced",))
    if action == "scanned":
        return neutral
    if action == before:
        is_another_piece = (
            entry.piece is not None and not state.pieces.get(action, 0) >> entry.piece & 1
        )
        return neutral if is_another_piece else replace(neutral, reasons=("already_in_state",))
    if before == "cancelled":
        return replace(neutral, reasons=("order_cancelled",))
    if before == "delivered":
        return replace(neutral, reasons=("after_terminal",))
    if RANKS[action] > RANKS[before]:
        skipped = tuple(
            word for word in _WORKED_STATES if RANKS[before] < RANKS[word] < RANKS[action]
        )
        reasons = ("skipped_states",) if skipped else ()
        return replace(neutral, after=action, applied=True, skipped=skipped, reasons=reasons)
    if (before, action) == ("completed", "processing"):
        return replace(neutral, after=action, applied=True, reasons=("rework",))
    return replace(neutral, reasons=("regression",))


def _with_piece(pieces: Mapping[str, int], entry: Entry) -> Mapping[str, int]:
    if entry.piece is None:
        return pieces
    return {**pieces, entry.action: pieces.get(entry.action, 0) | 1 << entry.piece}


def _is_too_fast(one: Position, other: Position) -> bool:
    distance = _kilometres(one, other)
    hours = abs((other.at - one.at).total_seconds()) / 3600
    return distance > POSITION_NOISE_KM and distance > FASTEST_KM_PER_HOUR * hours


def _kilometres(one: Position, other: Position) -> float:
    lat1, lon1, lat2, lon2 = (
        radians(value / 1e6) for value in (one.lat_e6, one.lon_e6, other.lat_e6, other.lon_e6)
    )
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * asin(min(1.0, sqrt(half)))


def fold(initial: State, entries: Iterable[Entry], piece_count: int = 1) -> State:
    """The state after all these events, in whatever order they are given."""
    state = initial
    for entry in sorted(entries, key=lambda one: one.key):
        state, _ = advance(state, entry, piece_count)
    return state


class History:
    """One order's fold in the making: a base state and the events known to be beyond it."""

    def __init__(self, base: State, piece_count: int, known: Iterable[Entry] = ()) -> None:
        """`known` must hold every event that is not folded into `base` already."""
        self._base = base
        self._piece_count = piece_count
        self._entries = sorted(known, key=lambda one: one.key)
        self.state = fold(base, self._entries, piece_count)

    def add(self, entry: Entry) -> tuple[Step, bool]:
        """Fold one more event where it belongs; the step it made, and whether it came late."""
        is_late = self.state.last is not None and entry.key <= self.state.last
        insort(self._entries, entry, key=lambda one: one.key)
        if not is_late:
            self.state, step = advance(self.state, entry, self._piece_count)
            return step, False
        state = self._base
        made = None
        for one in self._entries:
            state, step = advance(state, one, self._piece_count)
            if one is entry:
                made = step
        if made is None:
            raise AssertionError("the entry was folded")
        self.state = state
        return made, True

    def drop(self, entry: Entry) -> None:
        """Take an event out again that was added last, and has no effect after all."""
        self._entries.remove(entry)
        self.state = fold(self._base, self._entries, self._piece_count)
