"""What a device is told about a scan: worked out once, stored with it, told again to a replay."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.operations.tracks.fold import State, Step
from app.operations.tracks.sightings import Recorded
from app.operations.tracks.timing import STALE, TOO_OLD, Timing
from app.operations.tracks.visits import VisitState
from app.support.clock import instant_text
from app.support.words import Result, ordered, result_of, signal_of

NEXT: Mapping[str, tuple[str, ...]] = {
    "created": ("picked_up",),
    "picked_up": ("processing",),
    "processing": ("completed",),
    "completed": ("delivered",),
}
NEXT_OF_VISIT: Mapping[str, tuple[str, ...]] = {
    "created": ("processing",),
    "confirmed": ("processing",),
    "processing": ("completed",),
}

QUARANTINED = "quarantined"
WRONG_BUSINESS = "wrong_business"

_DONE = {
    "created": "back at the start",
    "picked_up": "picked up",
    "processing": "processing started",
    "completed": "ready",
    "delivered": "delivered",
    "scanned": "seen",
    "cancelled": "cancelled",
    "confirmed": "confirmed",
    "no_show": "nobody came",
    "held": "held",
    "expired": "expired",
    "void": "taken back",
}
_WORDS = {
    "unknown_code": "no order has this code",
    "bad_check": "the label was misread: scan it again",
    "foreign_label": "this is not one of our labels",
    "ambiguous_order": "it could be more than one order",
    "worker_unknown": "this worker is not known",
    "too_old": "the scan is more than 30 days old",
    "quarantined": "kept for review",
    "unverified": "kept, but not proved to come from a worker",
    "wrong_business": "it is of another business",
    "slot_taken": "its time was given to somebody else",
    "license_missing": "this work requires a license that its worker does not hold: give it to somebody who does, or ask an administrator",
    "order_cancelled": "the order is cancelled",
    "after_terminal": "the order is delivered already",
    "wrong_state": "an appointment in this state takes no such step",
    "regression": "the order is further already",
    "rework": "back to processing",
    "already_in_state": "it was already so",
    "piece_missing": "not every piece was seen",
    "worker_mismatch": "another worker was named than this device's",
    "superseded_label": "an old label: a newer one was printed",
    "before_order": "the scan is older than the order",
    "outside_window": "it is not the time of this appointment",
    "stale": "the scan is more than 72 hours old",
    "clock_untrusted": "the device's clock contradicts itself",
    "impossible_travel": "it cannot have moved that fast",
    "forced": "forced by a supervisor",
    "double_read": "read twice",
    "late_no_change": "it came late and changes nothing",
}


_ENCODE = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Verdict:
    """A scan's result, its reasons, and what no column of its row says."""

    result: Result
    reasons: tuple[str, ...]
    more: Mapping[str, Any]

    def as_text(self) -> str:
        """What is stored in tracks.verdict."""
        return _ENCODE(self.more)


def about_time(timing: Timing) -> tuple[str, ...]:
    """The reasons that a scan's times give (scans.md 5)."""
    age = timing.received_at - timing.effective_at
    reasons = []
    if age > TOO_OLD:
        reasons.append("too_old")
    elif age > STALE:
        reasons.append("stale")
    if timing.clock == "untrusted":
        reasons.append("clock_untrusted")
    return tuple(reasons)


def without_order(reasons: Iterable[str]) -> Verdict:
    """The verdict on a scan that names no order."""
    reasons = ordered(reasons)
    return Verdict(result_of(reasons), reasons, {})


def without_effect(reasons: Iterable[str], state: State, piece_count: int) -> Verdict:
    """The verdict on a scan that the fold does not read."""
    reasons = ordered(reasons)
    return Verdict(result_of(reasons), reasons, _of_order(state, piece_count))


def with_step(reasons: Iterable[str], step: Step, state: State, piece_count: int) -> Verdict:
    """The verdict on a scan that was folded into `state`."""
    reasons = ordered(reasons)
    transition: dict[str, Any] = {"from": step.before, "to": step.after, "applied": step.applied}
    if step.skipped:
        transition["skipped"] = list(step.skipped)
    more = {**_of_order(state, piece_count), "transition": transition}
    if "already_in_state" in reasons:
        more["first_seen"] = instant_text(step.before_since)
    return Verdict(result_of(reasons), reasons, more)


def _of_order(state: State, piece_count: int) -> dict[str, Any]:
    more: dict[str, Any] = {"status": state.status, "since": instant_text(state.since)}
    if isinstance(state, VisitState):
        more["next"] = list(NEXT_OF_VISIT.get(state.status, ()))
    if state.pieces or piece_count > 1:
        more["pieces"] = {"seen": state.pieces_seen, "of": piece_count}
    return more


def milliseconds(span: timedelta | None) -> int | None:
    """A time span in whole milliseconds."""
    return None if span is None else round(span / timedelta(milliseconds=1))


def micro_degrees(degrees: float | None) -> int | None:
    """Degrees as an integer of 1e-6 degrees."""
    return None if degrees is None else round(degrees * 1_000_000)


def answer_of(
    recorded: Recorded, *, missing_seq: list[list[int]], is_quarantine: bool = False
) -> dict[str, Any]:
    """The answer of scans.md 3 for a stored scan, the same for the first time and for a replay.

    A quarantined upload learns nothing of the order, also not whether there is one; another
    business's worker nothing but that.
    """
    row, order_number, is_replay = recorded.row, recorded.order_number, recorded.is_replay
    more = json.loads(row["verdict"])
    reasons = [reason for reason in row["reasons"].split(",") if reason]
    if is_quarantine and QUARANTINED in reasons:
        reasons = [QUARANTINED]
        row = {**row, "reasons": QUARANTINED}
    is_told = not is_quarantine and WRONG_BUSINESS not in reasons
    knows_order = order_number is not None and is_told and "status" in more
    transition = more.get("transition") if knows_order else None
    done = "void" if row["kind"] == "void" else row["action"]
    return {
        "event_id": row["event_id"],
        "scan_id": row["id"],
        "result": row["result"],
        "reason": reasons[0] if reasons else None,
        "reasons": reasons,
        "replayed": is_replay,
        "signal": signal_of(row["result"], reasons),
        "message": _message(done, order_number if knows_order else None, reasons, more),
        "order": _order(more, order_number) if knows_order else None,
        "transition": None if transition is None else {"skipped": [], **transition},
        "time": {
            "occurred_at": instant_text(row["occurred_at"]),
            "effective_at": instant_text(row["effective_at"]),
            "received_at": instant_text(row["received_at"]),
            "offset_ms": row["offset_ms"],
            "clock": row["clock"],
        },
        "first_seen": more.get("first_seen") if knows_order else None,
        "track": track_of(row, order_number if knows_order else None),
        "missing_seq": [] if is_quarantine else missing_seq,
    }


def track_of(row: Mapping[str, Any], order_number: str | None) -> dict[str, Any]:
    """A stored event as contract.md 4's Track, ready to be sent."""
    received_at = instant_text(row["received_at"])
    return {
        "id": row["id"],
        "order_id": row["order_id"] if order_number else None,
        "order_number": order_number,
        "order_email": row["order_email"],
        "worker_id": row["worker_id"],
        "action": row["action"],
        "note": row["note"],
        "location": row["location"],
        "created_at": received_at,
        "event_id": row["event_id"],
        "kind": row["kind"],
        "target_event_id": row.get("target_event_id"),
        "force_reason": row["force_reason"],
        "result": row["result"],
        "reason": row["reasons"].split(",")[0] or None,
        "effective_at": instant_text(row["effective_at"]),
        "received_at": received_at,
        "clock": row["clock"],
        "device_id": row["device_id"],
    }


def _order(more: Mapping[str, Any], order_number: str | None) -> dict[str, Any]:
    return {
        "order_number": order_number,
        "status": more["status"],
        "since": more["since"],
        "pieces": more.get("pieces", {"seen": 0, "of": 1}),
        "next": more.get("next", list(NEXT.get(more["status"], ()))),
    }


def _message(
    done: str, order_number: str | None, reasons: list[str], more: Mapping[str, Any]
) -> str:
    transition = more.get("transition", {})
    notes = [_WORDS[reason] for reason in reasons if reason in _WORDS]
    if "skipped_states" in reasons:
        skipped = transition.get("skipped", [])
        notes += [
            f"{word.replace('_', ' ').replace('picked up', 'pickup')} scan missing"
            for word in skipped
        ]
    if order_number is None:
        return "; ".join(notes) or "kept"
    is_done = transition.get("applied") or done in ("scanned", "void")
    if done == "scanned" and transition.get("applied"):
        done = transition["to"]  # a check-in or a check-out
    headline = _DONE[done] if is_done else f"still {more['status'].replace('_', ' ')}"
    suffix = f" ({'; '.join(notes)})" if notes else ""
    return f"{order_number}: {headline}{suffix}"
