"""The vocabulary: statuses and their ranks, scan actions, reasons and what follows from them."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, Literal

Result = Literal["accepted", "flagged", "rejected"]
RESULTS: Final = ("accepted", "flagged", "rejected")
Signal = Literal["ok", "warn", "stop"]

RANKS: Final[Mapping[str, int]] = MappingProxyType(
    {"created": 0, "picked_up": 10, "processing": 30, "completed": 40, "delivered": 70}
)
"""How far an order is (scans.md 6); `cancelled` stands outside of the order."""

STATUSES: Final[Mapping[str, int | None]] = MappingProxyType({**RANKS, "cancelled": None})
APPOINTMENT_STATUSES: Final = (
    "held",
    "created",
    "confirmed",
    "processing",
    "completed",
    "cancelled",
    "expired",
    "no_show",
)
"""The life of an order with a time slot (booking.md 4); what is created is told as pending."""

EVERY_STATUS: Final = tuple(dict.fromkeys((*STATUSES, *APPOINTMENT_STATUSES)))
"""What an order's status may be, an appointment or not."""

UNSEEN: Final = ("held", "expired")
"""An appointment that is not booked, or never was: no list of orders shows it."""

LISTED_STATUSES: Final = tuple(word for word in EVERY_STATUS if word not in UNSEEN)

ACTIVE_APPOINTMENT: Final = frozenset({"held", "created", "confirmed", "processing"})
"""While it is one of these, it has complete claims."""

SCAN_ACTIONS: Final = (*RANKS, "scanned")

_OLD_PHRASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "at_store": "created",
        "pending": "created",
        "in_transit_to_factory": "picked_up",
        "at_factory": "processing",
        "quality_check": "processing",
        "ready_for_delivery": "completed",
        "ready": "completed",
        "in_transit_to_store": "completed",
        "out_for_delivery": "completed",
    }
)
_GAP = re.compile(r"[\s_-]+")

REJECTED: Final = (
    "unknown_code",
    "bad_check",
    "foreign_label",
    "ambiguous_order",
    "worker_unknown",
    "too_old",
    "quarantined",
)
FLAGGED: Final = (
    "unverified",
    "wrong_business",
    "slot_taken",
    "license_missing",
    "order_cancelled",
    "after_terminal",
    "wrong_state",
    "regression",
    "rework",
    "already_in_state",
    "skipped_states",
    "piece_missing",
    "worker_mismatch",
    "superseded_label",
    "before_order",
    "outside_window",
    "stale",
    "clock_untrusted",
    "impossible_travel",
    "forced",
)
ACCEPTED: Final = ("double_read", "late_no_change")
REASONS: Final = REJECTED + FLAGGED + ACCEPTED
"""Every reason, in the order in which an answer lists them (scans.md 9)."""

UNREAD: Final = frozenset({"unverified", "wrong_business", "slot_taken"})
"""Flags of a scan that the fold does not read, until an admin applies it (scans.md 8)."""

WITHHELD: Final = UNREAD | {"license_missing"}
"""Flags of a scan without effect. Who lacks a license cannot start work: that the fold decides
itself, each time, by what the scan's row keeps of the license (support/licensing.py)."""

_STOPPING: Final = frozenset(
    {"wrong_business", "slot_taken", "license_missing", "order_cancelled", "after_terminal"}
)


def normal_action(text: object) -> str | None:
    """The scan action that a text means, old phrases included; None when unknown (contract.md 6)."""
    word = _normal(text)
    return word if word in SCAN_ACTIONS else None


def normal_status(text: object) -> str | None:
    """The order status that a text means, old phrases included; None when unknown."""
    word = _normal(text)
    return word if word in LISTED_STATUSES else None


def _normal(text: object) -> str | None:
    if not isinstance(text, str):
        return None
    word = _GAP.sub("_", text.strip().lower())
    return _OLD_PHRASES.get(word, word)


def ordered(reasons: Iterable[str]) -> tuple[str, ...]:
    """The reasons, each once, in the order of scans.md 9; ValueError for an unknown one."""
    return tuple(sorted(set(reasons), key=REASONS.index))


def result_of(reasons: Iterable[str]) -> Result:
    """The verdict that a set of reasons amounts to: the gravest of them decides."""
    gravest = next(iter(ordered(reasons)), None)
    if gravest in REJECTED:
        return "rejected"
    return "flagged" if gravest in FLAGGED else "accepted"


def signal_of(result: Result, reasons: Iterable[str]) -> Signal:
    """What a device without a screen should do: beep, warn or stop (scans.md 3)."""
    if result == "rejected" or not _STOPPING.isdisjoint(reasons):
        return "stop"
    return "warn" if result == "flagged" else "ok"


def is_withheld(reasons: Iterable[str]) -> bool:
    """Whether a scan with these reasons has no effect, though it was not rejected."""
    return not WITHHELD.isdisjoint(reasons)


def is_unread(reasons: Iterable[str]) -> bool:
    """Whether the fold leaves a scan with these reasons out altogether."""
    return not UNREAD.isdisjoint(reasons)
