"""What every template and macro may call: addresses of files, times and words."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask

from app.http.access import actor, settings
from app.support import clock
from app.support.search_text import is_short_of_digits
from app.support.wall_time import instant_of
from app.support.words import Result
from app.web import words
from app.web.admin.addresses import number_address, order_address
from app.web.assets import asset
from app.web.page_access import login_way


def register(app: Flask) -> None:
    """Give the templates their vocabulary."""
    app.jinja_env.globals.update(
        asset=asset,
        login_way=login_way,
        number_address=number_address,
        order_address=order_address,
        viewer=actor,
    )
    app.jinja_env.tests.update(short_of_digits=is_short_of_digits)
    app.jinja_env.filters.update(
        ago=show_ago,
        clock_time=show_clock_time,
        cost=words.cost,
        counted=words.counted,
        in_words=words.in_words,
        in_zone=in_zone,
        instant=clock.instant_text,
        last_day=show_last_day,
        local=to_local,
        long_span=words.long_span,
        pickup=show_pickup,
        price=words.price,
        status_words=show_status,
        time_span=words.time_span,
        verdict_words=show_verdict,
        visit_words=words.visit_words,
        wall=wall_time,
    )


def to_local(at: datetime) -> datetime:
    """An instant on the business's clock."""
    return at.astimezone(ZoneInfo(settings().business_timezone))


def show_last_day(ends_at: datetime) -> date:
    """The last day of what ends at an instant, on the business's calendar."""
    return words.last_day(ends_at, ZoneInfo(settings().business_timezone))


def in_zone(at: datetime, zone: str) -> datetime:
    """An instant on the clock of a time zone."""
    return at.astimezone(ZoneInfo(zone))


def wall_time(minute: int, zone: str) -> str:
    """An epoch minute as a clock of that zone shows it: 09:30."""
    return f"{in_zone(instant_of(minute), zone):%H:%M}"


def show_ago(at: datetime) -> str:
    """How long ago an instant was."""
    return words.relative(at, clock.now())


def show_clock_time(at: datetime) -> str:
    """When something happened, where there is little room: 14:05:09, and the day unless today."""
    local = to_local(at)
    is_today = local.date() == to_local(clock.now()).date()
    return f"{local:%H:%M:%S}" if is_today else f"{local.day} {local:%b, %H:%M}"


def show_pickup(canonical: str) -> str:
    """A pickup date as the business reads it."""
    return words.brief_pickup(canonical, ZoneInfo(settings().business_timezone))


def show_status(status: str) -> str:
    """A status in words; one that is new to these pages is shown as it is spelled."""
    return words.STATUS_WORDS.get(status, words.in_words(status))


def show_verdict(result: Result) -> str:
    """A scan's result in words."""
    return words.VERDICT_WORDS[result]
