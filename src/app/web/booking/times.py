"""Free times as pages show them: a strip of days, and one day's times by their part of the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from app.errors import Invalid
from app.operations.booking.availability import FreeDay, list_free_days
from app.operations.booking.crews import Crew
from app.operations.booking.offers import Offer
from app.support.wall_time import WallClock, minute_of

DAYS = 7
_PARTS = (("Morning", 0, 12), ("Afternoon", 12, 17), ("Evening", 17, 24))

Address = Callable[..., str]


class DayLink(NamedTuple):
    """A day of the strip, with how many times are free on it."""

    day: date
    free: int
    address: str


class TimeLink(NamedTuple):
    """A free time, and where choosing it leads."""

    local: str
    address: str


@dataclass(frozen=True, slots=True)
class TimesPage:
    """What `choose_time` of macros/times.html shows."""

    day: date
    days: Sequence[DayLink]
    parts: Sequence[tuple[str, Sequence[TimeLink]]]
    next_free: DayLink | None
    earlier: str
    later: str
    today: date
    last: date
    zone: str


class Choice(NamedTuple):
    """A time that is offered instead of one that was taken."""

    value: str
    words: str


def read_times(
    offer: Offer,
    crew: Crew,
    *,
    wanted: date | None,
    worker_id: int | None,
    at: datetime,
    ignoring_order_id: int = 0,
    day_address: Address,
    time_address: Address,
) -> TimesPage:
    """Seven days from the one that is wanted; without one the first that has a free time.

    `day_address(date=...)` leads to another day, `time_address(start=...)` on with a time.
    """
    today = WallClock(offer.zone).wall(minute_of(at))[0]
    last = today + timedelta(days=offer.horizon_days)
    first = min(max(wanted or today, today), last)
    until = min(first + timedelta(days=DAYS - 1), last)
    found = list_free_days(
        offer,
        crew,
        first=first,
        last=until,
        worker_id=worker_id,
        ignoring_order_id=ignoring_order_id,
        at=at,
    )
    days = [DayLink(one.day, len(one.starts), day_address(date=one.day)) for one in found]
    next_free = next((one for one in days if one.free), None)
    day = first if wanted is not None or next_free is None else next_free.day
    before, after = max(today, first - timedelta(days=DAYS)), until + timedelta(days=1)
    return TimesPage(
        day=day,
        days=days,
        parts=_parts(next(one for one in found if one.day == day), time_address),
        next_free=next_free,
        earlier=day_address(date=before) if first > today else "",
        later=day_address(date=after) if after <= last else "",
        today=today,
        last=last,
        zone=offer.zone.key,
    )


def with_query(path: str, **fixed: object) -> Address:
    """Addresses of a path with these words, and more of them each time; what is None is left out."""

    def address(**more: object) -> str:
        query = {name: one for name, one in {**fixed, **more}.items() if one is not None}
        return f"{path}?{urlencode(query)}"

    return address


def choices(alternatives: Sequence[str], offer: Offer) -> list[Choice]:
    """The nearest times that a refused booking names, in the order of time."""
    return [Choice(one, start_words(datetime.fromisoformat(one), offer)) for one in alternatives]


def start_words(start: datetime, offer: Offer) -> str:
    """A start on the clock of the business: Tue 1 Dec, 09:30."""
    return local_words(start.astimezone(offer.zone))


def local_words(local: datetime) -> str:
    """A local time: Tue 1 Dec, 09:30."""
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def read_start(text: str) -> datetime:
    """An instant with its offset, as our own links have it; raises Invalid."""
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid.field("start", "Choose a time.") from None
    if start.tzinfo is None or not 1970 <= start.year < 2200:
        raise Invalid.field("start", "Choose a time.")
    return start


def _parts(day: FreeDay, address: Address) -> list[tuple[str, Sequence[TimeLink]]]:
    parts: list[tuple[str, Sequence[TimeLink]]] = []
    for words, begins, ends in _PARTS:
        links = [
            TimeLink(one.local, address(start=one.written))
            for one in day.starts
            if begins <= int(one.local[:2]) < ends
        ]
        if links:
            parts.append((words, links))
    return parts
