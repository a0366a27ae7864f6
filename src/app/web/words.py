"""How pages say what the tables hold: statuses, verdicts, prices, times; nothing of HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

STATUS_WORDS: Final[Mapping[str, str]] = {
    "created": "Received",
    "picked_up": "Picked up",
    "processing": "In progress",
    "completed": "Ready",
    "delivered": "Handed back",
    "cancelled": "Cancelled",
}
VERDICT_WORDS: Final[Mapping[str, str]] = {
    "accepted": "Accepted",
    "flagged": "Flagged",
    "rejected": "Rejected",
}
_UNITS = (("year", 31_557_600), ("month", 2_629_800), ("day", 86400), ("hour", 3600))


def in_words(key: str) -> str:
    """A key of ours as people read it: `no_show` is "No show"."""
    return key.replace("_", " ").capitalize()


def relative(at: datetime, now: datetime) -> str:
    """How long ago an instant was, or how soon it will be, in its largest whole unit."""
    seconds = (now - at).total_seconds()
    for unit, size in (*_UNITS, ("minute", 60)):
        if (count := int(abs(seconds) // size)) >= 1:
            length = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"{length} ago" if seconds > 0 else f"in {length}"
    return "just now"


def price(amount: Decimal) -> str:
    """A price as people read it: 1,234.50."""
    return f"{amount:,.2f}"
