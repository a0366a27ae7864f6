"""Pickup dates: a day, a wall-clock time or an instant, and the day of business that each means."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"[0-9-]{10}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?P<offset>Z|[+-][0-9]{2}:?[0-5][0-9])?"
    r"| [0-9]{2}:[0-9]{2}:[0-9]{2})"
)


def canonical_pickup(value: object) -> str | None:
    """The one text in which a pickup date is stored and given out (contract.md 5).

    A day stays a day, a naive time stays naive, an instant is given in UTC with `Z`; None for
    None and "". Seconds are always written, a fraction with three or six digits unless it is zero.
    ValueError for any other form, for what the calendar does not have, and for an instant that
    some time zone could not write.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError("a pickup date is a text")
    match = None if _DAY.fullmatch(value) else _TIME.fullmatch(value)
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
        if match is not None:
            moment = datetime.fromisoformat(value)
            return _written(moment) if match["offset"] is None else _in_utc(moment)
    except (ValueError, OverflowError):
        raise ValueError("there is no such date") from None
    raise ValueError("a pickup date looks like 2026-11-20 or 2026-11-20T09:00:00Z")


def _written(moment: datetime) -> str:
    if moment.microsecond % 1000:
        return moment.isoformat(timespec="microseconds")
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def _in_utc(moment: datetime) -> str:
    instant = moment.astimezone(UTC).replace(tzinfo=None)
    for day in (-1, 1):
        instant + timedelta(days=day)  # OverflowError: pickup_day could not name its day
    return _written(instant) + "Z"


def pickup_day(canonical: str, tz: tzinfo) -> date:
    """The day that a canonical pickup date means to a business in the time zone.

    A day and a naive time mean what they say; only an instant is converted.
    """
    moment = datetime.fromisoformat(canonical)
    return moment.date() if moment.tzinfo is None else moment.astimezone(tz).date()


def pickup_text(canonical: str, tz: tzinfo) -> str:
    """A canonical pickup date for people: a day as it is, a time as the business's clock shows it."""
    if len(canonical) == len("2026-11-20"):
        return canonical
    moment = datetime.fromisoformat(canonical)
    if moment.tzinfo is not None:
        moment = moment.astimezone(tz)
    return f"{moment:%Y-%m-%d %H:%M}"
