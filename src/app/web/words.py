"""How pages say what the tables hold: statuses, verdicts, prices, times; nothing of HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final

STATUS_WORDS: Final[Mapping[str, str]] = {
    "created": "Received",
    "picked_up": "Picked up",
    "processing": "In progress",
    "completed": "Ready",
    "delivered": "Handed back",
    "cancelled": "Cancelled",
    "confirmed": "Confirmed",
    "no_show": "No-show",
    "held": "Held",
    "expired": "Expired",
}
VISIT_WORDS: Final[Mapping[str, str]] = {
    "held": "Held",
    "created": "To be confirmed",
    "confirmed": "Confirmed",
    "processing": "In progress",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "expired": "Expired",
    "no_show": "No-show",
}
_CURRENCIES: Final[Mapping[str, str]] = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
VERDICT_WORDS: Final[Mapping[str, str]] = {
    "accepted": "Accepted",
    "flagged": "Flagged",
    "rejected": "Rejected",
}
_UNITS = (("year", 31_557_600), ("month", 2_629_800), ("day", 86400), ("hour", 3600))


def in_words(key: str) -> str:
    """A key of ours as people read it: `no_show` is "No show"."""
    return key.replace("_", " ").capitalize()


def last_day(ends_at: datetime, tz: tzinfo) -> date:
    """The last day of what ends at an instant: midnight ends a day and begins none."""
    return (ends_at - timedelta(microseconds=1)).astimezone(tz).date()


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


def cost(amount: Decimal, currency: str) -> str:
    """A price with its currency: €12.50, 12.50 PLN."""
    sign = _CURRENCIES.get(currency)
    return f"{price(amount)} {currency}" if sign is None else f"{sign}{price(amount)}"


def visit_words(status: str) -> str:
    """The status of an appointment in words."""
    return VISIT_WORDS.get(status, in_words(status))


def duration(length: timedelta) -> str:
    """How long something took, in its largest unit: 2.2 d, 1.5 h, 12 min, 4 s, at once."""
    seconds = int(length.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600)):
        if seconds >= size:
            return f"{seconds / size:.1f}".removesuffix(".0") + f" {unit}"
    if seconds >= 60:
        return f"{seconds // 60} min"
    return f"{seconds} s" if seconds else "at once"


def time_span(minutes: int) -> str:
    """So many minutes, exactly, in their units: 4 d, 1 h 30 min."""
    hours, left = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (left, "min"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def long_span(minutes: int) -> str:
    """So many minutes, exactly, in whole words: 1 day 2 hours, 90 minutes."""
    if minutes < 120 and minutes % 60:
        return counted(minutes, "minute")
    hours, left = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "day"), (hours, "hour"), (left, "minute"))
    return " ".join(counted(count, noun) for count, noun in parts if count)


def counted(count: int, noun: str) -> str:
    """So many of something whose plural has an s: 1 scan, 1,200 scans."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def brief_pickup(canonical: str, tz: tzinfo) -> str:
    """A canonical pickup date where there is little room: 24 Dec 2026, 09:00."""
    moment = datetime.fromisoformat(canonical)
    if moment.tzinfo is not None:
        moment = moment.astimezone(tz)
    day = f"{moment.day} {moment:%b %Y}"
    return day if len(canonical) == len("2026-11-20") else f"{day}, {moment:%H:%M}"


def pickup(canonical: str, tz: tzinfo) -> str:
    """A canonical pickup date (support/dates.py) in words, with its time where it has one."""
    moment = datetime.fromisoformat(canonical)
    if moment.tzinfo is not None:
        moment = moment.astimezone(tz)
    day = f"{moment:%A}, {moment.day} {moment:%B %Y}"
    return day if len(canonical) == len("2026-11-20") else f"{day}, {moment:%H:%M}"
