"""The storm's checker is not blind: it finds each thing that it looks for, where that was put in by hand."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, update

from app.models import Claim, Order, Segment
from app.support.wall_time import instant_of
from tests.rows import writing
from tests.storms.bookable import is_free
from tests.storms.checker import complaints
from tests.storms.clients import Inside
from tests.storms.refusals import false_refusals
from tests.storms.rows import read
from tests.storms.stage import Stage, build
from tests.storms.told import OK, Told

START = 600


@pytest.fixture
def stage(app) -> Stage:
    return build(app)


def booked(stage: Stage, minute: int = START, number: int = 0) -> Told:
    told = Told(
        "book",
        customer_id=stage.customers[number],
        service_id=stage.kinds[0].service_id,
        start=stage.midnight + minute,
        worker_id=min(stage.workers),
    )
    Inside(stage).book(told)
    assert told.outcome == OK
    return told


def change(*statements) -> None:
    with writing() as session:
        for one in statements:
            session.execute(one)


def kinds(found: list[str]) -> set[str]:
    return {one.split(":")[0] for one in found}


def test_what_is_sound_has_no_complaints(stage):
    booked(stage)
    booked(stage, START + 30)
    assert complaints(stage, read()) == []


def test_an_overlap_is_found(stage):
    booked(stage)
    other = booked(stage, START + 60, number=1)
    at = instant_of(stage.midnight + START + 15)
    mine = Order.order_number == other.order
    change(
        update(Order)
        .where(mine)
        .values(starts_at=at, ends_at=instant_of(stage.midnight + START + 45))
    )
    assert "overlap" in kinds(complaints(stage, read()))


def test_a_missing_a_stranded_and_a_foreign_claim_are_found(stage):
    booked(stage)
    (order_id,) = read().visits
    one = {"resource_id": stage.room_id, "bucket": 1, "lane": 0, "order_id": order_id}
    change(insert(Claim).values(one))
    assert kinds(complaints(stage, read())) == {"claims"}
    change(delete(Claim).where(Claim.bucket == 1))
    assert complaints(stage, read()) == []
    change(update(Order).values(status="cancelled"))
    assert "claims" in kinds(complaints(stage, read()))
    change(update(Order).values(status="created"), delete(Claim), delete(Segment))
    assert "claims" in kinds(complaints(stage, read()))


def test_a_booking_into_time_off_is_found(stage):
    worker_id = min(stage.workers)
    begin = stage.midnight + START
    away = Told("be_away", start=begin, end=begin + 30, worker_id=worker_id)
    Inside(stage).be_away(away)
    booked(stage, START + 30)
    (order_id,) = read().visits
    left = read()
    for number, event in enumerate(left.events):
        if event.subject == order_id and event.action == "APPOINTMENT_BOOKED":
            event.data["changes"]["starts_at"][1] = f"{instant_of(begin):%Y-%m-%dT%H:%M:%SZ}"
            left.events[number] = event
    assert any("time off" in one for one in complaints(stage, left))


def test_a_refusal_in_vain_is_found(stage):
    told = booked(stage)
    refused = Told(
        "book",
        customer_id=stage.customers[1],
        service_id=told.service_id,
        start=told.start,
        worker_id=told.worker_id,
        begun=told.ended + 1,
        ended=told.ended + 2,
        outcome="SLOT_UNAVAILABLE",
    )
    left = read()
    assert list(false_refusals(stage, left, [told, refused])) == []
    assert not is_free(stage, left, refused)
    refused.start += 30
    assert is_free(stage, left, refused)
    assert len(list(false_refusals(stage, left, [told, refused]))) == 1
