"""Free time of 30 days and 20 workers at 15-minute steps, among 60,000 stored appointments.

What is asked is counted, what is touched is bounded, and what is answered is worked out again here
from the rows alone.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.models import Order, Segment
from app.support import clock
from app.support.wall_time import instant_of, minute_of
from tests import booking, factories
from tests.booking import Shop
from tests.crowd import analyze
from tests.plan_limits import ON_MARIADB, bounds, judge
from tests.plans import explained
from tests.rows import writing

pytestmark = pytest.mark.slow
WORKERS, DAYS, STEP, LONG = 20, 30, 15, 30
VISITS, STORED = 8, 60_000
OPENS, CLOSES, DAY = 540, 1020, 1440
FIRST = 500_000
BLOCK = 5_000

COMING = ("created", "confirmed", "confirmed", "confirmed")
HELD = 20
COVERED = "Using index;" if ON_MARIADB else "COVERING INDEX"
"""No row of a table is read beside the index."""

ORDER = (
    *("id", "order_number", "label_code", "channel", "service_id", "service_name", "total_cost"),
    *("name", "piece_count", "status", "status_since", "folded_seq", "business_id", "worker_id"),
    *("starts_at", "ends_at", "version", "created_at", "updated_at"),
)
SEGMENT = ("order_id", "resource_id", "lane", "busy_start", "busy_end")
Taken = dict[int, set[int]]
"""By worker, the minutes at which a visit of theirs begins."""


@pytest.fixture
def full(app) -> tuple[Shop, Taken]:
    """A business whose workers have eight visits of half an hour a day, for a year."""
    service = {"duration_minutes": LONG}
    shop = booking.shop(WORKERS, slot_step_minutes=STEP, horizon_days=300, service=service)
    chance, taken = random.Random(STORED), defaultdict[int, set[int]](set)
    days = STORED // WORKERS // VISITS
    today = minute_of(clock.now()) // DAY * DAY
    midnight = today - days // 2 * DAY
    visits = [
        (worker.id, midnight + day * DAY + OPENS + place * LONG)
        for day in range(days)
        for worker in shop.workers
        for place in chance.sample(range((CLOSES - OPENS) // LONG), VISITS)
    ]
    assert len(visits) == STORED
    for worker_id, start in visits:
        taken[worker_id].add(start)
    same = {
        "channel": "v1",
        "service_id": shop.service.id,
        "service_name": "Cut",
        "total_cost": 20,
        "name": "Ada",
        "piece_count": 1,
        "folded_seq": 0,
        "business_id": shop.business.id,
        "version": 1,
        "lane": 0,
    }
    rows = [
        {
            **same,
            **dict.fromkeys(("id", "order_id"), FIRST + number),
            **dict.fromkeys(("order_number", "label_code"), f"N{number:07}"),
            "worker_id": worker_id,
            "resource_id": shop.resources[worker_id],
            "status": "completed" if start < today else COMING[number % len(COMING)],
            "busy_start": start,
            "busy_end": start + LONG,
            "ends_at": _text(start + LONG),
            **dict.fromkeys(
                ("starts_at", "status_since", "created_at", "updated_at"), _text(start)
            ),
        }
        for number, (worker_id, start) in enumerate(visits)
    ]
    with writing() as session:
        for first in range(0, STORED, BLOCK):
            for table, names in (("orders", ORDER), ("segments", SEGMENT)):
                # Nothing but places between its brackets: so the driver sends many at once.
                places = ", ".join(f":{name}" for name in names)
                statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})"
                session.execute(text(statement), rows[first : first + BLOCK])
    now = clock.now()
    for _ in range(HELD):
        factories.order(status="held", hold_expires_at=now)
    analyze(Order, Segment)
    return shop, taken


def _text(minute: int) -> str:
    return instant_of(minute).replace(tzinfo=None).isoformat(" ", "microseconds")


def free_starts(taken: Taken, day: int) -> list[tuple[int, list[int]]]:
    """Of a day that begins at this minute: each start, with the workers who have nothing in its way."""
    starts = range(day + OPENS, day + CLOSES - LONG + 1, STEP)
    found = [
        (
            start,
            [
                one
                for one in sorted(taken)
                if not any(begin in taken[one] for begin in range(start - LONG + 1, start + LONG))
            ],
        )
        for start in starts
    ]
    return [(start, workers) for start, workers in found if workers]


def test_a_month_of_full_calendars_is_five_queries_of_what_it_has_to_read(client, full):
    shop, taken = full
    midnight = minute_of(clock.now()) // DAY * DAY
    first = instant_of(midnight).date() + timedelta(days=1)
    wish = f"service_id={shop.service.id}&date={first}&to={first + timedelta(days=DAYS - 1)}"
    path = f"/api/v1/businesses/{shop.slug}/availability?{wish}"
    with explained() as asked:
        answer = client.get(path)
    assert answer.status_code == 200
    assert len(asked) == 5
    [calendars] = [one for one in asked if "FROM segments" in one.statement]
    assert judge([calendars], path, bounds(3 * WORKERS * DAYS * VISITS)) == []
    assert COVERED in calendars.steps[0].told
    days = answer.json["days"]
    assert len(days) == DAYS
    for number, day in enumerate(days, start=1):
        told = [(one["start"], one["worker_ids"]) for one in day["detail"]]
        expected = free_starts(taken, midnight + number * DAY)
        assert told == [(instant_of(start).isoformat(), who) for start, who in expected]
