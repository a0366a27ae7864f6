"""Reviews: of visits that took place, once, by their customer; hidden and shown by admins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import database
from app.models import Business, Order, Review, Track
from app.support import clock
from tests import factories
from tests.api.businesses.desk import REASON, Desk
from tests.rows import writing

GOOD = {"rating": 5, "comment": "Very good"}


@pytest.fixture
def desk(app) -> Desk:
    return Desk(app)


@pytest.fixture
def visit(desk, customer):
    return factories.visit(desk.shop, customer.id)


def write(desk: Desk, who, order, body=GOOD):
    path = f"/api/v1/appointments/{order.order_number}/review"
    return desk.send_as(who, "POST", path, body)


def scans_of(order, **more) -> None:
    """Let its scans be these."""
    with writing() as session:
        for track in session.query(Track).filter_by(order_id=order.id):
            for name, value in more.items():
                setattr(track, name, value)


def seen(client, desk: Desk) -> tuple[float | None, int, int]:
    shown = client.get(desk.path).json
    return shown["rating"], shown["rating_count"], len(client.get(f"{desk.path}/reviews").json)


def test_a_visit_that_took_place_is_reviewed_once(client, desk, customer, visit):
    answer = write(desk, customer, visit)
    assert (answer.status_code, answer.json["rating"]) == (201, 5)
    again = write(desk, customer, visit)
    assert (again.status_code, again.json["error_code"]) == (409, "CONFLICT")
    assert seen(client, desk) == (5.0, 1, 1)


@pytest.mark.parametrize("status", ["created", "confirmed", "processing", "cancelled", "no_show"])
def test_a_visit_that_is_not_completed_is_not_reviewed(desk, customer, status):
    order = factories.visit(desk.shop, customer.id, status=status)
    answer = write(desk, customer, order)
    assert (answer.status_code, answer.json["error_code"]) == (409, "INVALID_TRANSITION")


def test_a_visit_that_is_to_come_is_not_reviewed_whatever_it_was_marked(app, desk, customer, visit):
    begin = clock.now() + timedelta(days=2)
    with writing() as session:
        order = session.get_one(Order, visit.id)
        order.starts_at, order.ends_at = begin, begin + timedelta(hours=1)
    answer = write(desk, customer, visit)
    assert (answer.status_code, answer.json["error_code"]) == (409, "INVALID_TRANSITION")
    browser = app.test_client()
    browser.set_cookie("session", factories.page_cookie(customer.id))
    page = browser.get(f"/my/appointments/{visit.order_number}")
    assert page.status_code == 200
    assert "How was it?" not in page.text


@pytest.mark.parametrize(
    "scan",
    [
        {"kind": "command"},
        {"action": "completed"},
        {"result": "rejected"},
        {"reasons": "unverified"},
        {"reasons": "wrong_business"},
    ],
)
def test_a_visit_that_no_scan_began_is_not_reviewed(desk, customer, visit, scan):
    scans_of(visit, **scan)
    assert write(desk, customer, visit).status_code == 409


def test_a_scan_without_an_action_begins_a_visit_within_its_time(desk, customer, visit):
    scans_of(visit, action="scanned", effective_at=visit.starts_at - timedelta(minutes=61))
    assert write(desk, customer, visit).status_code == 409
    scans_of(visit, effective_at=visit.starts_at - timedelta(minutes=59))
    assert write(desk, customer, visit).status_code == 201


def test_a_scan_that_was_voided_began_nothing(desk, customer, visit):
    with writing() as session:
        target = session.scalars(select(Track.event_id).where(Track.order_id == visit.id)).one()
    factories.check_in(visit, kind="void", action="scanned", target_event_id=target)
    assert write(desk, customer, visit).status_code == 409


def test_anothers_visit_and_an_order_without_a_time_are_404(app, desk, customer, visit):
    other = factories.sign_up(app, "bob@example.com")
    order = factories.order(customer_id=customer.id, status="completed")
    for who, what in ((other, visit), (desk.owner, visit), (customer, order)):
        answer = write(desk, who, what)
        assert (answer.status_code, answer.json["error_code"]) == (404, "APPOINTMENT_NOT_FOUND")


@pytest.mark.parametrize(
    "body",
    [{}, {"rating": 0}, {"rating": 6}, {"rating": 4.5}, {"rating": 5, "comment": "x" * 2001}],
)
def test_a_rating_is_one_to_five(desk, customer, visit, body):
    assert write(desk, customer, visit, body).status_code == 400


def test_who_wrote_is_a_first_name_and_an_initial(app, client, desk):
    for name, shown in [
        ("Ada Augusta Lovelace", "Ada L."),
        ("Ada", "Ada"),
        ("ada@example.com", "Customer"),
    ]:
        who = factories.sign_up(app, f"{len(name)}@example.com", name=name)
        write(desk, who, factories.visit(desk.shop, who.id))
        newest = client.get(f"{desk.path}/reviews?limit=1").json[0]
        assert newest["author"] == shown
        assert who.email not in str(newest)


def test_reviews_come_in_pages_the_newest_first(client, desk, customer):
    for rating in (1, 2, 3):
        order = factories.visit(desk.shop, customer.id)
        assert write(desk, customer, order, {"rating": rating}).status_code == 201
    first = client.get(f"{desk.path}/reviews?limit=2")
    assert [one["rating"] for one in first.json] == [3, 2]
    beyond = first.headers["Link"].partition(">")[0].lstrip("<")
    assert [one["rating"] for one in client.get(beyond).json] == [1]


def test_the_business_answers_and_nobody_else(app, client, desk, customer, visit):
    review = write(desk, customer, visit).json
    path = f"/api/v1/reviews/{review['id']}/reply"
    other = Desk(app, "otto@example.com")
    assert desk.send_as(other.owner, "POST", path, {"reply": "No"}).status_code == 404
    assert desk.send_as(customer, "POST", path, {"reply": "No"}).status_code == 404
    assert desk.send_as(desk.manager(), "POST", path, {"reply": "Thanks"}).status_code == 200
    [shown] = client.get(f"{desk.path}/reviews").json
    assert (shown["reply"], shown["replied_at"] is None) == ("Thanks", False)


def test_what_is_hidden_counts_no_more_until_it_is_shown(client, admin, desk, customer):
    reviews = []
    for rating in (5, 2):
        order = factories.visit(desk.shop, customer.id)
        reviews.append(write(desk, customer, order, {"rating": rating}).json)
    assert seen(client, desk) == (3.5, 2, 2)
    path = f"/api/v1/admin/reviews/{reviews[1]['id']}"
    assert admin.post(f"{path}/show", json=REASON).status_code == 409
    assert admin.post(f"{path}/hide", json={"reason": "bad"}).status_code == 400
    assert admin.post(f"{path}/hide", json=REASON).json["hidden_reason"] == REASON["reason"]
    assert admin.post(f"{path}/hide", json=REASON).status_code == 409
    assert seen(client, desk) == (5.0, 1, 1)
    assert admin.post(f"{path}/show", json=REASON).status_code == 200
    assert seen(client, desk) == (3.5, 2, 2)
    with database.transaction(write=False) as session:
        counted = select(func.sum(Review.rating), func.count()).where(Review.hidden_at.is_(None))
        kept = select(Business.rating_sum, Business.rating_count)
        is_shop = Business.id == desk.shop.business.id
        assert session.execute(counted).one() == session.execute(kept.where(is_shop)).one()
