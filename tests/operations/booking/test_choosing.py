"""Any worker: the least used, of these the one with the tightest gap, of these the first."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.operations.booking.choosing import choose_worker
from app.operations.booking.crews import read_crew
from app.operations.booking.obstacles import find_free_workers
from app.operations.booking.offers import get_public_offer
from app.operations.booking.schedules import read_schedule
from tests import booking
from tests.booking import Shop

MONDAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
DAY = [(0, 0, 1440)]
"""A day of 1,440 minutes: two percentage points are 28.8 of them."""


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 30, hour, minute, tzinfo=UTC)


def chosen(shop: Shop, start: datetime) -> int:
    """Which of the shop's workers gets a visit, by their place."""
    offer = get_public_offer(shop.slug, shop.service.id)
    schedule = read_schedule(offer, read_crew(offer, at=NOW), first=MONDAY, last=MONDAY, at=NOW)
    worker = choose_worker(schedule, start, find_free_workers(schedule, start))
    return [one.id for one in shop.workers].index(worker.worker_id)


def test_the_first_of_those_who_are_alike_is_chosen(app):
    assert chosen(booking.shop(3), at(12)) == 0


def test_who_is_used_the_least_is_chosen(app):
    shop = booking.shop(3, hours=DAY)
    booking.take(shop.resource(0), at(1), at(3))
    booking.take(shop.resource(1), at(1), at(2))
    booking.take(shop.resource(2), at(1), at(4))
    assert chosen(shop, at(12)) == 1


def test_within_two_points_the_gap_that_fits_best_decides(app):
    shop = booking.shop(2, hours=DAY)
    booking.take(shop.resource(1), at(13), at(13, 25))
    assert chosen(shop, at(12)) == 1


def test_beyond_two_points_the_gap_decides_nothing(app):
    shop = booking.shop(2, hours=DAY)
    booking.take(shop.resource(1), at(13), at(13, 30))
    assert chosen(shop, at(12)) == 0


def test_a_worker_is_used_of_the_minutes_that_they_can_be_booked(app):
    shop = booking.shop(2, hours=DAY)
    booking.add_time_off(shop.workers[0], at(14), at(23))
    booking.take(shop.resource(0), at(1), at(2))
    booking.take(shop.resource(1), at(1), at(2, 5))
    assert chosen(shop, at(12)) == 1


def test_other_days_do_not_count(app):
    shop = booking.shop(2, hours=[(0, 0, 1440), (1, 0, 1440), (6, 0, 1440)])
    booking.take(shop.resource(0), at(0).replace(day=29), at(0))
    booking.take(shop.resource(1), at(1), at(2))
    assert chosen(shop, at(12)) == 0
