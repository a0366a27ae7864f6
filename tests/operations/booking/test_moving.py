"""Moving an appointment, and time off: swaps and absences under the calendar's lock (booking.md 2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import database
from app.database import db
from app.errors import Invalid, InvalidTransition, NotFound, SlotUnavailable
from app.models import AuditEvent, Business, Order, Resource, TimeOff
from app.operations.actors import SYSTEM
from app.operations.booking.move import reschedule_appointment
from app.operations.booking.time_off import add_time_off, remove_time_off
from app.operations.calendars.again import take_again
from app.operations.calendars.claims import free
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support import clock
from app.support.wall_time import instant_of
from tests import booking, factories
from tests.booking_world import (
    WALK_IN,
    a_shop,
    as_customer,
    book,
    claims_of,
    complete,
    in_days,
    segments_of,
)
from tests.rows import writing


@pytest.fixture
def ada(app) -> int:
    return factories.user(app, name="Ada").id


def move(order_id: int, start: int, **more: object) -> Order:
    def work() -> Order:
        order = db.session.get_one(Order, order_id)
        actor = as_customer(order.customer_id)
        return reschedule_appointment(order, start=start, at=clock.now(), actor=actor, **more)

    return database.replaying(work)


def test_a_move_is_one_swap_of_the_same_order(app, ada):
    shop, start = a_shop(2), in_days()
    order = book(shop, ada, start, worker_id=shop.workers[0].id)
    number = order.order_number
    moved = move(order.id, start + 30, worker_id=shop.workers[1].id)
    assert (moved.order_number, moved.sequence, moved.version) == (number, 1, 2)
    assert (moved.starts_at, moved.ends_at) == (instant_of(start + 30), instant_of(start + 90))
    assert moved.worker_id == shop.workers[1].id
    taken = {(resource, begin) for resource, _, begin, _ in segments_of(order.id)}
    assert (shop.resource(1), start + 30) in taken
    assert len(taken) == 2
    assert claims_of(order.id) == complete(segments_of(order.id))
    assert book(shop, WALK_IN, start, worker_id=shop.workers[0].id)


def test_an_appointment_does_not_stand_in_its_own_way(app, ada):
    shop, start = a_shop(), in_days()
    order = book(shop, ada, start)
    assert move(order.id, start + 15).starts_at == instant_of(start + 15)


def test_a_move_that_cannot_be_changes_nothing(app, ada):
    shop, start = a_shop(), in_days()
    order = book(shop, ada, start)
    before = claims_of(order.id)
    book(shop, WALK_IN, start + 60)
    with pytest.raises(SlotUnavailable):
        move(order.id, start + 30)
    order = db.session.get_one(Order, order.id)
    assert (order.sequence, order.version, claims_of(order.id)) == (0, 1, before)


def test_a_move_keeps_the_length_that_was_sold_and_to_repeat_it_changes_nothing(app, ada):
    shop, start = a_shop(), in_days()
    order = book(shop, ada, start)
    with writing() as session:
        session.merge(shop.service).duration_minutes = 120
    for _ in range(2):
        moved = move(order.id, start + 120)
        assert moved.ends_at - moved.starts_at == timedelta(minutes=60)
        assert (moved.sequence, moved.version) == (1, 2)


def test_what_is_over_is_not_moved(app, ada):
    shop, start = a_shop(), in_days()
    order = book(shop, ada, start, is_hold=True)
    with pytest.raises(InvalidTransition):
        move(order.id, start + 60)


# --- what is freed, and taken again ---------------------------------------------------------------


def recorded(work):
    """Do what is a part of some recorded change."""

    def change():
        record(actions.BULK_OPERATION, actor=SYSTEM, what="a test")
        return work()

    return database.replaying(change)


def test_what_lies_after_an_end_is_freed(app, ada):
    shop, start = a_shop(service={"duration_minutes": 60, "buffer_after_minutes": 30}), in_days()
    order_id = book(shop, ada, start).id
    recorded(lambda: free(order_id, after=start + 42))
    assert {(begin, end) for *_, begin, end in segments_of(order_id)} == {(start, start + 45)}
    assert claims_of(order_id) == complete(segments_of(order_id))
    assert book(shop, WALK_IN, start + 45)


def test_what_was_freed_is_taken_again_unless_somebody_has_it(app, ada):
    shop, start = a_shop(service={"duration_minutes": 60, "buffer_after_minutes": 30}), in_days()
    booking.add_room(shop)
    order_id = book(shop, ada, start).id
    before = segments_of(order_id)

    def again() -> bool:
        return recorded(lambda: take_again(db.session.get_one(Order, order_id)))

    recorded(lambda: free(order_id))
    assert claims_of(order_id) == segments_of(order_id) == set()
    assert again()
    assert segments_of(order_id) == before
    assert claims_of(order_id) == complete(before)
    recorded(lambda: free(order_id))
    book(shop, WALK_IN, start + 60)
    assert not again()
    assert segments_of(order_id) == set()


# --- time off -------------------------------------------------------------------------------------


def away(shop: booking.Shop, begin: int, end: int, number: int = 0) -> tuple[TimeOff, list[int]]:
    def work() -> tuple[TimeOff, list[int]]:
        row, hit = add_time_off(
            db.session.get_one(Business, shop.business.id),
            shop.workers[number].id,
            starts_at=instant_of(begin),
            ends_at=instant_of(end),
            reason="holiday",
            at=clock.now(),
            actor=SYSTEM,
        )
        return row, [one.id for one in hit]

    return database.replaying(work)


def test_time_off_tells_whom_it_hits_and_lets_nobody_else_in(app, ada):
    shop, start = a_shop(service={"duration_minutes": 60, "buffer_after_minutes": 15}), in_days()
    order_id = book(shop, ada, start).id
    book(shop, WALK_IN, start + 120)
    row, hit = away(shop, start + 70, start + 120)
    assert hit == [order_id]
    with pytest.raises(SlotUnavailable):
        book(shop, WALK_IN, start + 75)
    told = select(AuditEvent.data).where(AuditEvent.action == "TIME_OFF_ADDED")
    assert '"hits":1' in db.session.scalars(told).one()
    database.replaying(
        lambda: remove_time_off(
            db.session.get_one(Business, shop.business.id), row.id, at=clock.now(), actor=SYSTEM
        )
    )
    with pytest.raises(SlotUnavailable):
        book(shop, WALK_IN, start + 70)  # the buffer of what was hit
    assert db.session.get(TimeOff, row.id) is None


def test_the_id_of_a_time_off_that_is_over_is_not_given_again(app):
    """The ledger names both, and a request that is sent again would take back another's."""
    shop, start = a_shop(), in_days()
    first = away(shop, start, start + 60)[0].id

    def be_back() -> None:
        business = db.session.get_one(Business, shop.business.id)
        remove_time_off(business, first, at=clock.now(), actor=SYSTEM)

    database.replaying(be_back)
    assert away(shop, start, start + 60)[0].id > first


def test_time_off_raises_the_calendars_version_and_the_business_version_once(app):
    shop = a_shop()
    away(shop, in_days(), in_days() + 60)
    assert db.session.get(Resource, shop.resource()).calendar_version == 1
    assert db.session.get(Business, shop.business.id).version == 2


def test_time_off_of_another_business_or_backwards_is_refused(app):
    shop, other = a_shop(), a_shop()
    other.business = shop.business
    with pytest.raises(NotFound):
        away(other, in_days(), in_days() + 60)
    with pytest.raises(Invalid):
        away(shop, in_days(), in_days())
