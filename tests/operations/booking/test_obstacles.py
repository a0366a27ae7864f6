"""What is offered has no obstacle, what is not offered has one, and brute force says the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, event, given, settings

from app.models import Hours, Segment, TimeOff
from app.operations.booking.availability import find_free_days
from app.operations.booking.crews import read_crew
from app.operations.booking.obstacles import (
    Obstacle,
    Reason,
    find_free_workers,
    find_lane,
    find_obstacles,
)
from app.operations.booking.offers import get_public_offer
from app.operations.booking.schedules import Schedule, read_schedule
from app.support.wall_time import instant_of, minute_of
from tests import booking, factories
from tests.booking import Shop
from tests.rows import writing
from tests.support.free_time.worlds import World, brute_force, worlds

MONDAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 30, hour, minute, tzinfo=UTC)


def schedule_of(
    shop: Shop, day: date = MONDAY, at: datetime = NOW, worker_id: int | None = None, **more: object
) -> Schedule:
    offer = get_public_offer(shop.slug, shop.service.id)
    crew = read_crew(offer, at=at)
    return read_schedule(offer, crew, first=day, last=day, at=at, worker_id=worker_id, **more)


def built(world: World) -> Shop:
    """The world as rows: its business, one worker, and a room where it has several units."""
    business, own = (*world.owners, (), ())[:2]
    shop = booking.shop(
        hours=[],
        timezone=world.zone,
        slot_step_minutes=world.step,
        service={
            "duration_minutes": world.visit.duration,
            "buffer_before_minutes": world.visit.before,
            "buffer_after_minutes": world.visit.after,
        },
    )
    rows: list[object] = [
        Hours(
            business_id=shop.business.id,
            worker_id=worker_id,
            weekday=rule.weekday,
            day=rule.day,
            opens=rule.opens,
            closes=rule.closes,
            kind="open" if rule.is_open else "off",
        )
        for rules, worker_id in ((business, None), (own, shop.workers[0].id))
        for rule in rules
    ]
    for begin, end in world.away:
        starts_at, ends_at = instant_of(begin), instant_of(end)
        rows.append(
            TimeOff(
                worker_id=shop.workers[0].id,
                starts_at=starts_at,
                ends_at=ends_at,
                created_at=starts_at,
            )
        )
    resource_id = shop.resource()
    if world.units > 1:
        resource_id = booking.add_room(shop, units=world.units).id
    order_id = factories.order().id
    rows += [
        Segment(
            order_id=order_id,
            resource_id=resource_id,
            lane=one.lane,
            busy_start=one.start,
            busy_end=one.end,
        )
        for one in world.taken
    ]
    with writing() as session:
        session.add_all(rows)
    return shop


@given(world=worlds().filter(lambda world: world.owners and world.candidates))
@settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_is_offered_has_no_obstacle_and_whatever_is_not_has_one(app, world):
    """On random rules in random zones; the worker's own hours follow the business without any."""
    shop = built(world)
    begin, end = world.candidates[0], world.candidates[-1]
    schedule = schedule_of(shop, world.day, instant_of(begin) - timedelta(days=2))
    [day] = find_free_days(schedule)
    offered = {one.minute for one in day.starts}
    owners = tuple(rules for number, rules in enumerate(world.owners) if rules or not number)
    same = World(**{**vars_of(world), "owners": owners})
    assert sorted(offered) == brute_force(same)
    event("some are free" if offered else "none is free")
    for minute in range(begin, end + 1, 5):
        if schedule.holds(instant_of(minute)):
            found = find_obstacles(schedule, instant_of(minute))
            assert bool(found) == (minute not in offered), (minute, found)


def vars_of(world: World) -> dict[str, object]:
    return {name: getattr(world, name) for name in World.__dataclass_fields__}


def test_an_appointment_does_not_stand_in_its_own_way(app):
    shop = booking.shop()
    taken = booking.take(shop.resource(), at(10), at(11))
    assert find_obstacles(schedule_of(shop), at(10, 30)) == [
        Obstacle(Reason.TAKEN, shop.workers[0].id, shop.resource())
    ]
    moved = schedule_of(shop, ignoring_order_id=taken.order_id)
    assert find_obstacles(moved, at(10, 30)) == []


def test_a_customer_is_at_one_place_at_a_time(app, customer):
    shop = booking.shop(service={"buffer_before_minutes": 15, "buffer_after_minutes": 15})
    own = booking.add_customer(customer.id)
    booking.take(own.id, at(10), at(11))
    schedule = schedule_of(shop, more_resource_ids=[own.id])

    def in_the_way(start: datetime) -> list[Reason]:
        found = find_obstacles(schedule, start, customer_resource_id=own.id)
        return [one.reason for one in found]

    assert in_the_way(at(10, 15)) == [Reason.ELSEWHERE]
    assert in_the_way(at(11)) == in_the_way(at(9)) == []
    [day] = find_free_days(schedule, customer_resource_id=own.id)
    free = {instant_of(one.minute) for one in day.starts}
    assert at(9) in free
    assert at(11) in free
    assert not free & {at(9, 15), at(10, 15), at(10, 45)}


def test_a_lane_is_the_lowest_that_is_free_all_along(app):
    shop = booking.shop(2)
    room = booking.add_room(shop, units=2)
    booking.take(room.id, at(9), at(10), lane=0)
    schedule = schedule_of(shop)
    assert find_lane(schedule, at(9, 30), room.id) == 1
    assert find_lane(schedule, at(10), room.id) == 0
    booking.take(room.id, at(10), at(11), lane=100)
    booking.take(room.id, at(10), at(11), lane=1)
    assert find_lane(schedule_of(shop), at(10), room.id) is None


def test_those_who_are_free_are_told_without_what_is_in_everybodys_way(app):
    shop = booking.shop(3)
    booking.take(shop.resource(1), at(9), at(10))
    found = find_free_workers(schedule_of(shop), at(9, 5))
    assert [one.worker_id for one in found] == [shop.workers[0].id, shop.workers[2].id]


def test_a_schedule_knows_nothing_of_other_days(app):
    shop = booking.shop()
    with pytest.raises(ValueError, match="other days"):
        find_obstacles(schedule_of(shop), at(9) + timedelta(days=1))


def test_a_schedule_that_begins_with_an_overnight_shift_has_its_tail(app):
    shop = booking.shop(hours=[(6, 1200, 1560)])
    [day] = find_free_days(schedule_of(shop))
    assert [one.local for one in day.starts] == ["00:00", "00:15", "00:30", "00:45", "01:00"]
    assert minute_of(at(0)) == day.starts[0].minute
