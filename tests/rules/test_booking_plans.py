"""Free time is found along indexes, in a database with thousands of other calendars."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import insert

from app import database
from app.models import (
    Business,
    Claim,
    Hours,
    Order,
    Resource,
    Segment,
    Service,
    ServiceResource,
    TimeOff,
    Worker,
)
from app.operations.actors import SYSTEM
from app.operations.booking.holds import HOLD_MINUTES
from app.operations.booking.life import cancel_appointment
from app.operations.booking.move import reschedule_appointment
from app.operations.booking.time_off import add_time_off
from app.support import clock
from app.support.wall_time import instant_of, minute_of
from tests import booking, factories
from tests.booking import Shop
from tests.booking_world import WALK_IN, as_owner, book, in_days
from tests.crowd import Crowd, analyze
from tests.crowd_shops import APPOINTMENTS, FIRST_ORDER
from tests.plan_limits import bounds, judge
from tests.plans import explained
from tests.rows import writing

OTHERS, WORKERS, VISITS, HELD, CLAIMS = 200, 3, 10_000, 20, 5_000
ROOMS = range(50_000, 50_300)
AHEAD = 3 * 1440
"""Minutes for which there are visits already: what is booked here lies beyond them."""
A_CALENDAR = bounds(1_200)
"""Of tables of 200 to 10,000 rows: some days of five workers, and what is held by anybody."""


@pytest.fixture(scope="session")
def busy(shop: Crowd) -> Shop:
    """A business of five workers among hundreds of others."""
    own = booking.shop(5)
    with writing() as session:
        first = own.business.id + 1
        ids = range(first, first + OTHERS)
        session.execute(
            insert(Business),
            [{"id": one, "slug": f"crowd-{one}", "name": "x", "status": "approved"} for one in ids],
        )
        session.execute(
            insert(Service),
            [
                {"business_id": one, "name": "Cut", "price": 1, "duration_minutes": 60}
                for one in ids
            ],
        )
        workers = [10_000 + number for number in range(OTHERS * WORKERS)]
        of_business = {one: first + one % OTHERS for one in workers}
        session.execute(
            insert(Worker),
            [{"id": one, "business_id": of_business[one], "name": "x"} for one in workers],
        )
        session.execute(
            insert(Resource),
            [
                {"id": one, "kind": "worker", "business_id": of_business[one], "worker_id": one}
                for one in workers
            ],
        )
        session.execute(
            insert(Hours),
            [
                {
                    "business_id": of_business[one],
                    "worker_id": one,
                    "weekday": day,
                    "opens": 0,
                    "closes": 9,
                }
                for one in workers
                for day in range(7)
            ],
        )
        at = datetime(2026, 1, 1, tzinfo=UTC)
        away = {"starts_at": at, "ends_at": at + timedelta(days=999), "created_at": at}
        session.execute(insert(TimeOff), [{"worker_id": one, **away} for one in workers])
        resources = [*own.resources.values(), *workers]
        rooms = [{"id": one, "kind": "room", "business_id": first} for one in ROOMS]
        session.execute(insert(Resource), rooms)
        service_id = own.service.id + 1
        needs = [{"service_id": service_id + one % OTHERS, "resource_id": one} for one in ROOMS]
        session.execute(insert(ServiceResource), needs)
        start = minute_of(clock.now()) // 5 * 5 - VISITS * 60 + AHEAD
        session.execute(
            insert(Segment),
            [
                {
                    "order_id": FIRST_ORDER + number % APPOINTMENTS,
                    "resource_id": resources[number % 20],
                    "lane": 0,
                    "busy_start": start + number * 60,
                    "busy_end": start + number * 60 + 60,
                }
                for number in range(VISITS)
            ],
        )
    for _ in range(HELD):
        factories.order(status="held", hold_expires_at=at)
    analyze(Business, Service, Worker, Resource, Hours, TimeOff, ServiceResource, Segment, Order)
    return own


@pytest.mark.parametrize(
    "path",
    [
        "availability?service_id={service}&date={day}",
        "availability?service_id={service}&date={day}&to={later}",
        "availability?service_id={service}&date={day}&worker_id={worker}",
        "why-not?service_id={service}&start={day}T10:00:00Z",
    ],
)
def test_free_time_is_found_along_indexes(shop: Crowd, busy: Shop, path: str) -> None:
    day = clock.now().date() + timedelta(days=1)
    names = {"service": busy.service.id, "worker": busy.workers[0].id}
    days = {"day": day, "later": day + timedelta(days=13)}
    url = f"/api/v1/businesses/{busy.slug}/{path.format(**names, **days)}"
    with explained() as asked:
        answer = shop.asks("nobody").get(url)
    assert answer.status_code == 200, answer.text
    assert len(asked) == 5
    assert judge(asked, url, A_CALENDAR) == []


def test_what_is_booked_is_found_along_indexes(shop: Crowd, busy: Shop) -> None:
    """A hold that lapsed, what is booked in its place, moved, and called off; and time off."""
    other_id, start = shop.world.customer.id, in_days()
    with writing() as session:
        claims = [
            {
                "resource_id": busy.resource(),
                "lane": 0,
                "order_id": FIRST_ORDER + bucket % APPOINTMENTS,
                "bucket": bucket,
            }
            for bucket in range(CLAIMS)
        ]
        session.execute(insert(Claim), claims)
    analyze(Claim)
    business, worker_id, at = busy.business, busy.workers[0].id, clock.now()
    owner = as_owner(other_id)
    with explained() as asked:
        early = at - timedelta(minutes=HOLD_MINUTES)
        book(busy, WALK_IN, start, worker_id=worker_id, is_hold=True, at=early)
        order = book(busy, other_id, start, worker_id=worker_id)
        move = partial(reschedule_appointment, order, start=start + 120, at=at, actor=owner)
        order = database.replaying(move)
        until = instant_of(start + 300)
        away = {"starts_at": order.starts_at, "ends_at": until, "reason": None}
        _, hit = database.replaying(
            partial(add_time_off, business, worker_id, **away, at=at, actor=owner)
        )
        number, why = order.order_number, "ill"
        database.replaying(
            partial(cancel_appointment, number, reason=why, at=clock.now(), actor=SYSTEM)
        )
    assert [one.order_number for one in hit] == [number]
    assert judge(asked, "booking", A_CALENDAR) == []
