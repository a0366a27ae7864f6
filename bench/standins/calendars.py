"""Free time in two other ways: by sweeping over intervals, and with a query of each day and worker.

They know the bench's one business alone, and ask for nobody's credentials, limits or tags.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask, Response, request

from app.support.free_time import Calendar, Visit
from app.support.free_time.sweep import sweep_starts
from app.support.opening_hours import OpeningHours, Rule, Span
from app.support.wall_time import WallClock, instant_of, minute_of
from bench.calendars import BUSINESS_ID, SERVICE_ID, SLUG
from bench.standins.drivers import Driver, Row

_BUSINESS = """SELECT businesses.slot_step_minutes, services.duration_minutes FROM businesses JOIN
services ON services.business_id = businesses.id WHERE businesses.slug = ? AND services.id = ?"""
_WORKERS = """SELECT workers.id, resources.id FROM workers JOIN resources ON resources.worker_id =
workers.id WHERE workers.business_id = ? AND workers.is_active = 1 ORDER BY workers.id"""
_HOURS = (
    """SELECT worker_id, opens, closes, weekday FROM hours WHERE business_id = ? AND day IS NULL"""
)
_AWAY = """SELECT worker_id, starts_at, ends_at FROM time_off WHERE worker_id IN ({}) AND ends_at > ?
AND starts_at < ?"""
_TAKEN = """SELECT resource_id, busy_start, busy_end FROM segments WHERE resource_id IN ({})
AND busy_start > ? AND busy_start < ? AND busy_end > ?"""
_DAY = timedelta(days=1)
_A_DAY = 1440


def create_app() -> Flask:
    """An application with both ways beside each other."""
    app, driver = Flask(__name__), Driver.of_environment()
    app.add_url_rule("/health", "health", lambda: "ok")
    for name, free in (("sweep", _by_sweep), ("each", _by_each)):
        app.add_url_rule(f"/{name}", name, _answer_with(driver, free))
    return app


def _answer_with(driver: Driver, free: Callable[..., dict[int, list[int]]]) -> Callable[[], Any]:
    def answer() -> Response:
        first, last = (date.fromisoformat(request.args[name]) for name in ("date", "to"))
        [(step, duration)] = driver.rows(driver.sql(_BUSINESS), (SLUG, SERVICE_ID))
        workers = driver.rows(driver.sql(_WORKERS), (BUSINESS_ID,))
        clock, visit = WallClock(UTC), Visit(duration)
        times = {
            first + number * _DAY: [
                minute for _, minute in clock.times(first + number * _DAY, step)
            ]
            for number in range((last - first).days + 1)
        }
        found = free(driver, workers, times, clock, visit)
        driver.commit()
        days = [_shown(day, minutes, found) for day, minutes in times.items()]
        body = json.dumps({**days[0], "service_id": SERVICE_ID, "days": days})
        return Response(body, mimetype="application/json")

    return answer


def _by_sweep(
    driver: Driver,
    workers: Sequence[Row],
    times: dict[date, list[int]],
    clock: WallClock,
    visit: Visit,
) -> dict[int, list[int]]:
    """Who is free at each time: one query of each table, then intervals."""
    candidates = [minute for minutes in times.values() for minute in minutes]
    begin, end = candidates[0], candidates[-1] + visit.duration
    days = min(times) - _DAY, max(times) + _DAY
    rules: dict[int | None, list[Rule]] = defaultdict(list)
    for worker_id, opens, closes, weekday in driver.rows(driver.sql(_HOURS), (BUSINESS_ID,)):
        rules[worker_id].append(Rule(opens, closes, weekday))
    hours = {one: OpeningHours(found).between(*days, clock) for one, found in rules.items()}
    away = _away(driver, [worker_id for worker_id, _ in workers], begin, end)
    taken = _taken(driver, [resource_id for _, resource_id in workers], begin, end)
    free: dict[int, list[int]] = defaultdict(list)
    for worker_id, resource_id in workers:
        calendar = Calendar(1, away[worker_id], [(*one, 0) for one in taken[resource_id]])
        for minute in sweep_starts([hours[None], hours[worker_id]], calendar, visit, candidates):
            free[minute].append(worker_id)
    return free


def _by_each(
    driver: Driver,
    workers: Sequence[Row],
    times: dict[date, list[int]],
    clock: WallClock,
    visit: Visit,
) -> dict[int, list[int]]:
    """The same as it is often written: appointments by a query for each day of each worker."""
    rows = driver.rows(driver.sql(_HOURS), (BUSINESS_ID,))
    ids = [worker_id for worker_id, _ in workers]
    away = _away(driver, ids, clock.minute(min(times), 0), clock.minute(max(times), _A_DAY))
    free: dict[int, list[int]] = defaultdict(list)
    for day, candidates in times.items():
        begin, end = clock.minute(day, 0), clock.minute(day, _A_DAY)
        for worker_id, resource_id in workers:
            hours = [
                [
                    (begin + row[1], begin + row[2])
                    for row in rows
                    if row[0] == who and row[3] == day.weekday()
                ]
                for who in (None, worker_id)
            ]
            busy = [*away[worker_id], *_taken(driver, [resource_id], begin, end)[resource_id]]
            for minute in candidates:
                until = minute + visit.duration
                is_open = all(any(a <= minute and until <= b for a, b in own) for own in hours)
                if is_open and not any(a < until and minute < b for a, b in busy):
                    free[minute].append(worker_id)
    return free


def _away(driver: Driver, ids: Sequence[int], begin: int, end: int) -> dict[int, list[Span]]:
    since, until = (instant_of(minute).replace(tzinfo=None) for minute in (begin, end))
    values = (*ids, since.isoformat(" "), until.isoformat(" "))
    found: dict[int, list[Span]] = defaultdict(list)
    for worker_id, *ends in driver.rows(driver.sql(_AWAY.format(_marks(ids))), values):
        first, last = (datetime.fromisoformat(str(one)).replace(tzinfo=UTC) for one in ends)
        found[worker_id].append((minute_of(first), minute_of(last)))
    return found


def _taken(driver: Driver, ids: Sequence[int], begin: int, end: int) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    values = (*ids, begin - 2 * _A_DAY, end, begin)
    for resource_id, start, stop in driver.rows(driver.sql(_TAKEN.format(_marks(ids))), values):
        found[resource_id].append((start, stop))
    return found


def _marks(ids: Sequence[int]) -> str:
    return ", ".join("?" * len(ids))


def _shown(day: date, minutes: Iterable[int], free: dict[int, list[int]]) -> dict[str, Any]:
    detail = [
        {
            "start": instant_of(minute).isoformat(),
            "local": instant_of(minute).isoformat()[11:16],
            "worker_ids": free[minute],
        }
        for minute in minutes
        if minute in free
    ]
    return {"date": day.isoformat(), "slots": [one["local"] for one in detail], "detail": detail}
