"""Two at once: whoever comes second waits, and then sees what the first one did (booking.md 2)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from app import database
from app.database import db
from app.errors import AppError, SlotUnavailable
from app.models import Business
from app.operations.actors import SYSTEM
from app.operations.booking.holds import MOST_HELD
from app.operations.booking.life import cancel_appointment, confirm_appointment
from app.operations.booking.time_off import add_time_off
from app.support import clock
from app.support.wall_time import instant_of
from tests import factories
from tests.booking import Shop
from tests.booking_world import WALK_IN, a_shop, as_owner, book, in_days
from tests.faults.undoing import listening
from tests.storms.rows import read


@pytest.fixture
def ada(app) -> int:
    return factories.user(app, name="Ada").id


def be_away(shop: Shop, start: int) -> list[int]:
    def work() -> list[int]:
        _, hit = add_time_off(
            db.session.get_one(Business, shop.business.id),
            shop.workers[0].id,
            starts_at=instant_of(start),
            ends_at=instant_of(start + 60),
            reason=None,
            at=clock.now(),
            actor=SYSTEM,
        )
        return [one.id for one in hit]

    return database.replaying(work)


def rivals(
    app, pause_before: str, first: Callable[[], Any], second: Callable[[], Any]
) -> list[Any]:
    """What both come to, when the second begins while the first is about to say this statement."""
    found: dict[str, Any] = {}
    is_there, is_over = threading.Event(), threading.Event()

    def run(name: str, work: Callable[[], Any]) -> None:
        with app.app_context():
            try:
                found[name] = work()
            except AppError as refusal:
                found[name] = refusal

    one = threading.Thread(target=run, args=("first", first))
    other = threading.Thread(target=run, args=("second", second))

    def wait(_connection, _cursor, statement: str, *_) -> None:
        if threading.current_thread() is one and statement.startswith(pause_before):
            is_there.set()
            is_over.wait(1)  # in vain: the second waits for the first

    with listening(db.engine, "before_cursor_execute", wait):
        one.start()
        assert is_there.wait(60)
        other.start()
        other.join(0.5)
        assert other.is_alive()
        one.join(60)
        other.join(60)
    return [found["first"], found["second"]]


def test_time_off_waits_for_a_booking_and_tells_of_it(app, ada):
    shop, start = a_shop(), in_days()
    order, hit = rivals(
        app, "INSERT INTO claims", lambda: book(shop, ada, start).id, lambda: be_away(shop, start)
    )
    assert hit == [order]


def test_a_booking_waits_for_time_off_and_is_refused(app, ada):
    shop, start = a_shop(), in_days()
    hit, refusal = rivals(
        app,
        "INSERT INTO audit_events",
        lambda: be_away(shop, start),
        lambda: book(shop, ada, start),
    )
    assert hit == []
    assert isinstance(refusal, SlotUnavailable)
    assert refusal.details["start"] == ["This worker is away then."]


def test_who_waited_for_the_lock_sees_what_was_booked_meanwhile(app, ada):
    """It read the crew before it waited: a snapshot of that moment would show the time free."""
    shop, start = a_shop(), in_days()
    _, refusal = rivals(
        app,
        "INSERT INTO claims",
        lambda: book(shop, WALK_IN, start).id,
        lambda: book(shop, ada, start),
    )
    assert refusal.details["start"] == ["This is taken."]
    assert len(read().visits) == 1


def test_of_two_last_holds_of_one_customer_at_once_one_is_had(app, ada):
    shop, start = a_shop(2), in_days()
    for one in range(MOST_HELD - 1):
        book(shop, ada, start + 60 * one, is_hold=True)
    last, refusal = rivals(
        app,
        "INSERT INTO claims",
        lambda: book(shop, ada, start + 180, is_hold=True).status,
        lambda: book(shop, ada, start + 240, is_hold=True),
    )
    assert last == "held"
    assert refusal.details == {"hold": [refusal.message]}
    assert len(read().visits) == MOST_HELD


def test_of_confirming_and_cancelling_at_once_both_are_told_the_truth(app, ada):
    shop, start = a_shop(owner_id=factories.user(app, role="owner").id), in_days()
    owner, number = as_owner(shop.business.owner_id), book(shop, ada, start).order_number

    def cancel() -> str:
        return database.replaying(
            lambda: cancel_appointment(number, reason="ill", at=clock.now(), actor=owner)
        ).order.status

    def confirm() -> str:
        return database.replaying(
            lambda: confirm_appointment(number, at=clock.now(), actor=owner)
        ).order.status

    cancelled, confirmed = rivals(app, "INSERT INTO tracks", cancel, confirm)
    assert cancelled == "cancelled"
    assert confirmed.code == "INVALID_TRANSITION"
    left = read()
    assert [one.status for one in left.visits.values()] == ["cancelled"]
    assert left.pieces == []


def test_of_two_last_appointments_of_one_customer_at_once_one_is_had(make_app):
    app = make_app(MOST_OPEN_APPOINTMENTS="2")
    ada = factories.user(app, name="Ada").id
    shop, start = a_shop(2), in_days()
    with app.app_context():
        book(shop, ada, start)
        last, refusal = rivals(
            app,
            "INSERT INTO claims",
            lambda: book(shop, ada, start + 120).status,
            lambda: book(shop, ada, start + 240),
        )
    assert last == "created"
    assert refusal.details == {"appointments": [refusal.message]}
