"""A calendar as other programs read it: RFC 5545, published and not an invitation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

PRODUCT: Final = "-//Handover//Appointments//EN"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event: `uid` stays for its life, `sequence` counts what its reader has to notice.

    `status` is TENTATIVE, CONFIRMED or CANCELLED; times are aware.
    """

    uid: str
    sequence: int
    changed_at: datetime
    created_at: datetime
    starts_at: datetime
    ends_at: datetime
    status: str
    summary: str
    description: str | None = None
    location: str | None = None
    url: str | None = None


def calendar_text(name: str, events: Iterable[CalendarEvent]) -> bytes:
    """The iCalendar text of these events, times in UTC; the same for the same events."""
    # icalendar is heavy and rarely used: it is loaded by the first calendar only.
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _plain(name))
    for one in events:
        event = Event()
        event.add("uid", one.uid)
        event.add("dtstamp", one.changed_at.replace(microsecond=0))
        event.add("created", one.created_at.replace(microsecond=0))
        event.add("last-modified", one.changed_at.replace(microsecond=0))
        event.add("sequence", one.sequence)
        event.add("dtstart", one.starts_at)
        event.add("dtend", one.ends_at)
        event.add("status", one.status)
        event.add("summary", _plain(one.summary))
        for field, text in (("description", one.description), ("location", one.location)):
            if text:
                event.add(field, _plain(text))
        if one.url:
            event.add("url", one.url)
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _plain(text: str) -> str:
    """Text without the control characters that RFC 5545 3.3.11 has no way to write."""
    return _CONTROL.sub(" ", text.replace("\r\n", "\n"))
