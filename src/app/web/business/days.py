"""The days of an agenda as pages show them: one as a table, or a week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from flask import g
from marshmallow import fields, validate

from app.api.businesses.availability_schemas import Day
from app.errors import AppError
from app.http.schemas import BIGINT, Schema
from app.models import Business, Order, TimeOff
from app.operations.booking.agenda import Agenda, Visit, read_agenda
from app.support.hours_text import hours_words
from app.support.opening_hours import OpeningHours, Span
from app.support.wall_time import WallClock, instant_of, minute_of
from app.web.admin.lists import filters
from app.web.booking.times import with_query
from app.web.business.day_table import Column, Entry, lay_out

_DAY = timedelta(days=1)
WEEK = 7


class CalendarQuery(Schema):
    """Which day, alone or with the six after its week's beginning, and whose."""

    date = Day(load_default=None)
    view = fields.String(load_default="day", validate=validate.OneOf(["day", "week"]))
    worker = fields.Integer(load_default=None, validate=validate.Range(1, BIGINT))


@dataclass(frozen=True, slots=True)
class Shown:
    """A visit as the calendar says it."""

    order: Order
    from_words: str
    to_words: str
    worker_name: str
    is_squeezed: bool


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of the week's view."""

    day: date
    address: str
    is_today: bool
    hours: str
    visits: Sequence[Shown]
    away: Sequence[str]


_QUERY = CalendarQuery()


def read_days(business: Business, address: str, *, worker_id: int | None = None) -> dict[str, Any]:
    """What a calendar at `address` shows: of the worker who is named here, or by its own words.

    What cannot be read in those is today. Four statements.
    """
    clock = WallClock(ZoneInfo(business.timezone))
    today = clock.wall(minute_of(g.received_at))[0]
    try:
        query = filters(_QUERY)
    except AppError:
        query = {"date": None, "view": "day", "worker": None}
    day, view, chosen = query["date"] or today, query["view"], query["worker"]
    is_week = view == "week"
    first = day - timedelta(days=day.weekday()) if is_week else day
    last = first + timedelta(days=WEEK - 1) if is_week else day
    whose = worker_id or chosen
    agenda = read_agenda(business, first=first, last=last, worker_id=whose, at=g.received_at)
    here, step = with_query(address, view=view, worker=chosen), (last - first) + _DAY
    if is_week:
        of_day = with_query(address, worker=chosen)
        shown: dict[str, Any] = {"days": _week(agenda, first, clock, today, of_day)}
    else:
        shown = {"table": lay_out(_columns(agenda, day, clock))}
    return {
        "view": view,
        "day": first,
        "last_day": last,
        "earlier": here(date=first - step),
        "later": here(date=first + step),
        "today_address": here(),
        "people": [(one.id, one.name) for one in agenda.workers],
        "worker_id": chosen,
        "zone": business.timezone,
        **shown,
    }


def _columns(agenda: Agenda, day: date, clock: WallClock) -> list[Column]:
    span = clock.minute(day, 0), clock.minute(day + _DAY, 0)
    own = agenda.hours.get(None, OpeningHours(()))
    opened = _common(own.between(day - _DAY, day, clock), [span])
    columns = []
    for worker in agenda.workers:
        hours = agenda.hours.get(worker.id)
        is_open = (
            opened if hours is None else _common(opened, hours.between(day - _DAY, day, clock))
        )
        entries = [
            Entry(*one.busy, visit=_shown(one, clock, ""))
            for one in agenda.visits
            if one.order.worker_id == worker.id
        ]
        away = [_away(one) for one in agenda.time_off if one.worker_id == worker.id]
        columns.append(
            Column(worker.id, worker.name, is_open if worker.is_active else [], entries + away)
        )
    return columns


def _common(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """The minutes that are in both."""
    both = ((max(a, c), min(b, d)) for a, b in spans for c, d in others)
    return [(begins, ends) for begins, ends in both if begins < ends]


def _away(one: TimeOff) -> Entry:
    return Entry(minute_of(one.starts_at), minute_of(one.ends_at), words=_away_words(one))


def _away_words(one: TimeOff, names: Mapping[int, str] = MappingProxyType({})) -> str:
    """Who is away, where that may be one of several, and why."""
    words = f"{names[one.worker_id]} is away" if len(names) > 1 else "Away"
    return f"{words}: {one.reason}" if one.reason else words


def _away_on(one: TimeOff, span: Span, names: Mapping[int, str], clock: WallClock) -> str:
    """The same on one day, with the hours of it where it is not the whole day."""
    begins, ends = max(minute_of(one.starts_at), span[0]), min(minute_of(one.ends_at), span[1])
    words = _away_words(one, names)
    if (begins, ends) == span:
        return words
    until = "24:00" if ends == span[1] else f"{clock.shown(ends):%H:%M}"
    return f"{clock.shown(begins):%H:%M}–{until} {words}"


def _week(
    agenda: Agenda, first: date, clock: WallClock, today: date, address: Any
) -> list[WeekDay]:
    names = {one.id: one.name for one in agenda.workers}
    found = []
    for number in range(WEEK):
        day = first + number * _DAY
        span = clock.minute(day, 0), clock.minute(day + _DAY, 0)
        visits = [one for one in agenda.visits if span[0] <= _start(one) < span[1]]
        away = [one for one in agenda.time_off if _meets(one, span)]
        found.append(
            WeekDay(
                day=day,
                address=address(date=day),
                is_today=day == today,
                hours=hours_words(_open_on(agenda, day), day.weekday()),
                visits=[
                    _shown(one, clock, names.get(one.order.worker_id or 0, "")) for one in visits
                ],
                away=[_away_on(one, span, names, clock) for one in away],
            )
        )
    return found


def _open_on(agenda: Agenda, day: date) -> Sequence[Span]:
    """When the business is open or, where one worker is shown, when they work there."""
    opened = agenda.hours.get(None, OpeningHours(())).of_day(day)
    hours = agenda.hours.get(agenda.workers[0].id) if len(agenda.workers) == 1 else None
    return opened if hours is None else _common(opened, hours.of_day(day))


def _start(one: Visit) -> int:
    assert one.order.starts_at is not None
    return minute_of(one.order.starts_at)


def _meets(one: TimeOff, span: Span) -> bool:
    return one.starts_at < instant_of(span[1]) and one.ends_at > instant_of(span[0])


def _shown(one: Visit, clock: WallClock, worker_name: str) -> Shown:
    assert one.order.starts_at is not None
    assert one.order.ends_at is not None
    begins, ends = (
        clock.shown(minute_of(moment)) for moment in (one.order.starts_at, one.order.ends_at)
    )
    return Shown(one.order, f"{begins:%H:%M}", f"{ends:%H:%M}", worker_name, one.is_squeezed)
