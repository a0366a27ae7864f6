"""Lists of appointments: whose, which, in what order, page by page (booking.md 4)."""

from __future__ import annotations

import pytest

from app.support import clock
from app.support.wall_time import instant_of
from tests import factories
from tests.appointments import APPOINTMENTS, salon, visit
from tests.booking_world import in_days
from tests.statements import counted_statements


@pytest.fixture
def stage(app):
    return salon(app)


def listed(stage, who, query=""):
    answer = stage.client.get(f"{APPOINTMENTS}{query}", headers=who.headers)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json]


def test_a_customers_own_the_latest_first_and_what_is_to_come_the_next_first(stage):
    past, near, far = stage.book_begun(300), stage.book(in_days(2)), stage.book(in_days(9))
    assert listed(stage, stage.ada) == [far.id, near.id, past.id]
    assert listed(stage, stage.ada, "?time=upcoming") == [near.id, far.id]
    assert listed(stage, stage.ada, "?time=past") == [past.id]


def test_what_was_called_off_is_past_and_found_by_its_status(stage):
    kept, off = stage.book(in_days(2)), stage.book(in_days(3))
    stage.post(off.order_number, "cancel", stage.ada)
    stage.post(kept.order_number, "confirm", stage.owner)
    assert listed(stage, stage.ada, "?time=upcoming") == [kept.id]
    assert listed(stage, stage.ada, "?time=past") == [off.id]
    assert listed(stage, stage.ada, "?status=cancelled") == [off.id]
    assert listed(stage, stage.ada, "?status=confirmed&time=upcoming") == [kept.id]
    assert listed(stage, stage.ada, "?status=pending") == []
    held = stage.book(in_days(4), is_hold=True)
    assert listed(stage, stage.ada, "?status=held") == [held.id]


def test_who_runs_a_business_lists_its_appointments_and_their_own(app, stage):
    other = salon(app)
    theirs, own = stage.book(), visit(other.shop, stage.owner.id, in_days(2))
    other.book(in_days(3))
    assert listed(stage, stage.owner) == [theirs.id, own.id]
    assert listed(stage, stage.owner, f"?business={stage.shop.slug}") == [theirs.id]
    assert listed(stage, stage.owner, f"?business={other.shop.slug}") == [own.id]
    assert listed(stage, stage.ada, f"?business={other.shop.slug}") == []


def test_a_workers_account_lists_what_they_perform(app):
    stage = salon(app, 2)
    hand = factories.sign_up(app, "hand@example.com")
    worker = factories.worker(business_id=stage.shop.business.id, user_id=hand.id)
    stage.book()
    assert listed(stage, hand) == []
    assert worker.id not in {one.id for one in stage.shop.workers}


def test_pages_are_disjoint_and_complete_and_counted(stage):
    made = [stage.book(in_days(day)).id for day in range(1, 8)]
    for query, expected in (("", made[::-1]), ("&time=upcoming", made)):
        path, seen = f"{APPOINTMENTS}?limit=3&total=1{query}", []
        while path:
            answer = stage.client.get(path, headers=stage.ada.headers)
            assert answer.headers["X-Total-Count"] == "7"
            seen += [one["id"] for one in answer.json]
            link = answer.headers.get("Link")
            path = link[1 : link.index(">")] if link else None
        assert seen == expected


def test_times_bound_a_list(stage):
    made = [stage.book(in_days(day)) for day in (1, 2, 3)]
    since, until = (clock.instant_text(instant_of(in_days(day))) for day in (2, 3))
    assert listed(stage, stage.ada, f"?from={since}&to={until}") == [made[1].id]


@pytest.mark.parametrize("query", ["status=created", "status=x", "time=now", "limit=0", "cursor=-"])
def test_an_unknown_filter_is_refused(stage, query):
    answer = stage.client.get(f"{APPOINTMENTS}?{query}", headers=stage.ada.headers)
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_ERROR")


def test_an_admin_lists_all(app, admin, stage):
    one, other = stage.book(in_days(2)), salon(app).book(in_days(3))
    assert [each["id"] for each in admin.get(APPOINTMENTS).json] == [other.id, one.id]
    assert [each["id"] for each in admin.get(f"{APPOINTMENTS}?time=upcoming").json] == [
        one.id,
        other.id,
    ]


def test_a_list_takes_three_statements_however_long_it_is(stage):
    for day in range(1, 6):
        stage.book(in_days(day))
    with counted_statements() as found:
        assert len(listed(stage, stage.owner)) == 5
    assert len([one for one in found if not one.startswith(("PRAGMA", "SET"))]) <= 3
