"""The only reader of the clock, and the one way that instants are written and read."""

import re
from datetime import UTC, datetime, timedelta

_RFC3339 = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?P<minute>[0-9]{2}:[0-9]{2}):(?P<second>[0-9]{2})"
    r"(?P<fraction>\.[0-9]{1,9})?(?P<offset>[Zz]|[+-][0-9]{2}:[0-5][0-9])"
)


def now() -> datetime:
    """The present instant: aware, UTC, with microseconds."""
    return datetime.now(UTC)


def instant_text(moment: datetime) -> str:
    """Write an aware instant in UTC with `Z`; six digits of fraction, none when it is zero.

    A naive time is no instant: ValueError (contract.md 5).
    """
    if moment.tzinfo is None:
        raise ValueError("a time without an offset is no instant")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def parse_instant(text: str) -> datetime:
    """Read an RFC 3339 time with `Z` or an offset as an aware UTC instant.

    `t` and a space may stand for `T`; of up to nine digits of fraction six are kept. A leap
    second is the first instant of the next minute. ValueError for anything else and for what
    UTC cannot hold (years 1 to 9999).
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError("not a time of the form 2026-11-20T05:39:12Z")
    leap = match["second"] == "60"
    second = "59" if leap else match["second"]
    fraction = "" if leap else (match["fraction"] or "")
    written = f"{match['date']}T{match['minute']}:{second}{fraction}{match['offset'].upper()}"
    try:
        moment = datetime.fromisoformat(written).astimezone(UTC)
        return moment + timedelta(seconds=1) if leap else moment
    except (ValueError, OverflowError):
        raise ValueError("no such time") from None
