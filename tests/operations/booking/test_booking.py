"""Booking: what is taken, what is refused and why, and what is kept of it (booking.md 2)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app import database
from app.database import db
from app.errors import (
    Conflict,
    IdempotencyConflict,
    Invalid,
    InvalidTransition,
    PastBooking,
    SlotUnavailable,
)
from app.models import AuditEvent, Order, Resource, Track
from app.operations.booking.book import book_appointment_once, take_up_hold
from app.operations.booking.holds import HOLD_MINUTES, MOST_HELD
from app.operations.booking.life import cancel_appointment
from app.operations.orders.once import Idempotency
from app.support import clock
from app.support.wall_time import instant_of
from tests import booking, factories
from tests.booking_world import (
    WALK_IN,
    a_shop,
    as_customer,
    as_owner,
    book,
    claims_of,
    complete,
    in_days,
    segments_of,
)
from tests.statements import counted_statements


@pytest.fixture
def ada(app) -> int:
    return factories.user(app, name="Ada").id


@pytest.fixture
def bob(app) -> int:
    return factories.user(app, name="Bob").id


def own_resource(user_id: int) -> int:
    return db.session.scalars(select(Resource.id).where(Resource.user_id == user_id)).one()


def actions_of(order: Order) -> list[str]:
    rows = select(AuditEvent.action).where(AuditEvent.resource_id == order.id)
    of_orders = rows.where(AuditEvent.resource_type == "order")
    return list(db.session.scalars(of_orders.order_by(AuditEvent.seq)))


def test_a_visit_takes_its_worker_and_rooms_with_buffers_and_its_customer_without(app, ada):
    shop = a_shop(service={"duration_minutes": 30, "buffer_before_minutes": 10})
    room, start = booking.add_room(shop, units=2), in_days()
    order = book(shop, ada, start)
    assert segments_of(order.id) == {
        (shop.resource(), 0, start - 10, start + 30),
        (room.id, 0, start - 10, start + 30),
        (own_resource(ada), 0, start, start + 30),
    }
    assert claims_of(order.id) == complete(segments_of(order.id))
    assert (order.status, order.worker_id, order.version) == ("created", shop.workers[0].id, 1)
    assert (order.starts_at, order.ends_at) == (instant_of(start), instant_of(start + 30))
    assert actions_of(order) == ["APPOINTMENT_BOOKED"]


def test_price_currency_and_local_time_are_those_of_the_moment(app, ada):
    shop = a_shop(timezone="Europe/Warsaw", currency="PLN")
    order = book(shop, ada, in_days(hour=12))
    told = instant_of(in_days(hour=12)).astimezone(ZoneInfo("Europe/Warsaw"))
    assert order.local_start == f"{told:%Y-%m-%dT%H:%M}"
    assert (order.timezone, order.currency) == ("Europe/Warsaw", "PLN")
    assert (order.total_cost, order.service_name) == (shop.service.price, shop.service.name)
    assert [line.service_id for line in order.lines] == [shop.service.id]


def test_what_is_taken_is_refused_with_the_nearest_free_starts(app, ada, bob):
    shop, start = a_shop(), in_days()
    book(shop, ada, start)
    with pytest.raises(SlotUnavailable) as refused:
        book(shop, bob, start + 30)
    details = refused.value.details
    assert details["start"] == ["This is taken."]
    assert f"{instant_of(start + 60).isoformat()}" in details["alternatives"]
    assert db.session.scalars(select(Order.customer_id)).all() == [ada]


def test_any_worker_means_another_one_when_the_first_is_taken(app, ada, bob):
    shop, start = a_shop(2), in_days()
    workers = {book(shop, one, start).worker_id for one in (ada, bob)}
    assert workers == {one.id for one in shop.workers}
    with pytest.raises(SlotUnavailable):
        book(shop, WALK_IN, start)


def test_a_customer_cannot_be_at_two_places_at_once(app, ada):
    start = in_days()
    book(a_shop(), ada, start)
    with pytest.raises(SlotUnavailable) as refused:
        book(a_shop(), ada, start + 30)
    assert refused.value.details["start"] == ["You have another appointment then."]


def test_a_room_has_as_many_lanes_as_units(app, ada, bob):
    shop, start = a_shop(3), in_days()
    room = booking.add_room(shop, units=2)
    lanes = [
        lane
        for one in (ada, bob)
        for resource, lane, *_ in segments_of(book(shop, one, start).id)
        if resource == room.id
    ]
    assert lanes == [0, 1]
    with pytest.raises(SlotUnavailable):
        book(shop, WALK_IN, start)


@pytest.mark.parametrize(
    ("start", "refusal"),
    [
        (in_days(-1), PastBooking),
        (in_days(400), SlotUnavailable),
        (in_days(hour=18), SlotUnavailable),
        (in_days(minute=3), Invalid),
    ],
)
def test_what_can_never_be_booked_is_refused_and_changes_nothing(app, ada, start, refusal):
    shop = a_shop()
    with pytest.raises(refusal):
        book(shop, ada, start)
    assert db.session.scalars(select(Order)).all() == []
    assert db.session.get(Resource, shop.resource()).calendar_version == 0


def test_a_business_that_confirms_by_itself_does_so_in_a_second_change(app, ada):
    order = book(a_shop(auto_confirm=True), ada, in_days())
    assert (order.status, order.version) == ("confirmed", 2)
    assert actions_of(order) == ["APPOINTMENT_BOOKED", "APPOINTMENT_CONFIRMED"]
    track = db.session.scalars(select(Track)).one()
    assert (track.action, track.order_version, track.kind) == ("confirmed", 2, "command")


def test_what_the_business_books_for_somebody_is_confirmed(app):
    order = book(a_shop(), WALK_IN, in_days())
    assert (order.status, order.customer_id, order.phone) == ("confirmed", None, WALK_IN.phone)


def test_an_owner_squeezes_a_visit_in_and_says_why(app, ada):
    shop, start = a_shop(), in_days()
    owner, worker_id = factories.user(app).id, shop.workers[0].id
    book(shop, ada, start)
    squeezed = [
        book(
            shop,
            WALK_IN,
            start + 30,
            worker_id=worker_id,
            squeeze="an emergency",
            actor=as_owner(owner),
        )
        for _ in range(2)
    ]
    lanes = [lane for one in squeezed for _, lane, *_ in segments_of(one.id)]
    assert lanes == [100, 101]
    track = db.session.scalars(select(Track).where(Track.order_id == squeezed[0].id)).one()
    assert (track.note, track.user_id) == ("an emergency", owner)
    told = select(AuditEvent.data).where(AuditEvent.action == "APPOINTMENT_BOOKED")
    assert '"lane":100' in "".join(db.session.scalars(told))


def test_nobody_is_squeezed_in_while_the_worker_is_away(app, ada):
    shop, start = a_shop(), in_days()
    worker = shop.workers[0]
    booking.add_time_off(worker, instant_of(start), instant_of(start + 60))
    with pytest.raises(SlotUnavailable):
        book(shop, WALK_IN, start, worker_id=worker.id, squeeze="please")


# --- holds ----------------------------------------------------------------------------------------


def take_up(order_id: int, customer_id: int) -> Order:
    def work() -> Order:
        held = db.session.get_one(Order, order_id)
        return take_up_hold(held, at=clock.now(), actor=as_customer(customer_id))

    return database.replaying(work)


def test_a_hold_is_taken_up_by_its_customer_and_by_nobody_else(app, ada, bob):
    shop, start = a_shop(), in_days()
    held = book(shop, ada, start, is_hold=True)
    held_id = held.id
    assert (held.status, claims_of(held_id)) == ("held", complete(segments_of(held_id)))
    with pytest.raises(SlotUnavailable):
        book(shop, bob, start)
    for _ in range(2):
        order = take_up(held_id, ada)
        assert (order.status, order.version) == ("created", 2)
    assert actions_of(order) == ["APPOINTMENT_HELD", "APPOINTMENT_BOOKED"]


def test_a_hold_that_lapsed_is_in_nobodys_way_and_cannot_be_taken_up(app, ada, bob):
    shop, start = a_shop(), in_days()
    long_ago = clock.now() - timedelta(minutes=HOLD_MINUTES)
    held = book(shop, ada, start, is_hold=True, at=long_ago)
    order = book(shop, bob, start + 30)
    assert order.status == "created"
    held = db.session.get(Order, held.id)
    assert (held.status, held.version) == ("expired", 2)
    assert claims_of(held.id) == segments_of(held.id) == set()
    with pytest.raises(InvalidTransition):
        take_up(held.id, ada)


def test_a_customer_holds_few_times_of_one_business_at_once(app, ada, bob):
    shop, other, start = a_shop(), a_shop(), in_days()
    held = [book(shop, ada, start + 60 * one, is_hold=True).id for one in range(MOST_HELD)]
    with pytest.raises(Conflict) as refused:
        book(shop, ada, start + 240, is_hold=True)
    assert (refused.value.code, list(refused.value.details)) == ("CONFLICT", ["hold"])
    assert db.session.scalars(select(Order.id)).all() == held
    assert book(other, ada, start + 240, is_hold=True).status == "held"
    assert book(shop, bob, start + 240, is_hold=True).status == "held"
    assert book(shop, ada, start + 300).status == "created"
    take_up(held[0], ada)
    assert book(shop, ada, start + 360, is_hold=True).status == "held"


def test_holds_that_lapsed_or_were_let_go_count_no_more(app, ada):
    shop, start = a_shop(), in_days()
    long_ago = clock.now() - timedelta(minutes=HOLD_MINUTES)
    for one in range(MOST_HELD):
        book(shop, ada, start + 60 * one, is_hold=True, at=long_ago)
    held = [book(shop, ada, start + 60 * (one + 3), is_hold=True) for one in range(MOST_HELD)]
    let_go = partial(
        cancel_appointment, held[0].order_number, at=clock.now(), actor=as_customer(ada)
    )
    assert database.replaying(let_go).order.status == "expired"
    assert book(shop, ada, start + 360, is_hold=True).status == "held"


# --- keys -----------------------------------------------------------------------------------------


def test_a_key_books_once_and_its_first_answer_is_given_again(app, ada):
    shop, start = a_shop(), in_days()
    key = Idempotency("POST /x", "k-1", b"1" * 32)

    def send(key: Idempotency) -> object:
        return database.replaying(
            lambda: book_appointment_once(
                key,
                business=shop.business,
                service_id=shop.service.id,
                customer=ada,
                start=start,
                channel="v1",
                render=lambda order: order.order_number,
                at=clock.now(),
                actor=as_customer(ada),
            )
        )

    first = send(key)
    assert isinstance(first, Order)
    assert send(key) == first.order_number
    with pytest.raises(IdempotencyConflict):
        send(Idempotency("POST /x", "k-1", b"2" * 32))


# --- statements -----------------------------------------------------------------------------------
def test_a_booking_has_twenty_statements_whatever_the_number_of_workers(app, ada):
    """Seven find the time free: the offer and its crew twice, hours, time off, what is taken."""
    counts = []
    for workers in (1, 12):
        shop = a_shop(workers)
        booking.add_room(shop)
        book(shop, ada, in_days())
        with counted_statements() as found:
            book(shop, ada, in_days() + 1440)
        counts.append(len(found))
        for table in ("orders", "order_lines", "segments", "claims", "audit_events"):
            assert sum(one.startswith(f"INSERT INTO {table} ") for one in found) == 1
        assert sum(one.startswith("UPDATE") for one in found) == 1
        ada = factories.user(app).id
    assert counts == [20, 20]
