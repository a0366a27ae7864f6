"""With --state an appointment whose time was changed in SQL is found (booking.md 2)."""

from __future__ import annotations

import pytest

from tests.appointments import salon
from tests.booking_world import in_days
from tests.operations.audit.shop import found, sql, verify


@pytest.fixture
def stage(app):
    return salon(app)


@pytest.fixture
def order(stage):
    return stage.book()


def of_orders():
    """What is found about orders; the business itself is only a stage, and has no records."""
    return {one for one in found(verify(with_state=True)) if one[1] == "orders"}


def test_a_whole_life_is_clean(stage):
    held = stage.book(in_days(9), is_hold=True)
    stage.post(held.order_number, "confirm", stage.ada)
    let_go = stage.book(in_days(10), is_hold=True)
    stage.post(let_go.order_number, "cancel", stage.ada)
    order, other, done = stage.book(), stage.book(in_days(8)), stage.book_begun()
    stage.post(order.order_number, "confirm", stage.owner)
    stage.post(other.order_number, "cancel", stage.ada)
    stage.post(done.order_number, "complete", stage.owner)
    missed = stage.book_begun(240)
    stage.post(missed.order_number, "no-show", stage.owner)
    assert of_orders() == set()


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM claims WHERE bucket = (SELECT * FROM (SELECT MIN(bucket) FROM claims) AS x)",
        "UPDATE claims SET bucket = bucket + 1000",
        "DELETE FROM segments",
        "UPDATE segments SET busy_end = busy_end - 10",
    ],
)
def test_time_that_was_changed_in_sql_is_found(order, change):
    assert of_orders() == set()
    sql(change)
    assert of_orders() == {("claims_mismatch", "orders", order.id)}


def test_a_status_that_was_changed_in_sql_is_found_twice(order):
    sql("UPDATE orders SET status = 'cancelled'")
    assert of_orders() == {
        ("status_mismatch", "orders", order.id),
        ("claims_mismatch", "orders", order.id),
    }
