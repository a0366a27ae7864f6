"""Rivals at the same moment: of two decisions one wins, and of one thing there is one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import func, select

from app import database
from app.models import Business, Favorite, Hours, Review, Worker
from tests import factories, ledger
from tests.api.businesses.desk import BUSINESSES, CUTS, REASON, Desk
from tests.holes.world import stored


def at_once(app, *sends) -> list[Any]:
    """The answers to these requests, sent by clients of their own at the same moment."""
    barrier = Barrier(len(sends))

    def run(send):
        client = app.test_client()
        barrier.wait()
        return send(client)

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(run, sends))


def count(model, **wanted) -> int:
    with database.transaction(write=False) as session:
        query = select(func.count()).select_from(model).filter_by(**wanted)
        return session.scalar(query) or 0


def test_of_two_decisions_one_wins(app, admin):
    desk = Desk(app, status="pending")
    path = f"/api/v1/admin/businesses/{desk.shop.business.id}"
    cookie = admin.get_cookie("session").value

    def decide(client, word):
        client.set_cookie("session", cookie)
        return client.post(f"{path}/{word}", json=REASON)

    words = ("approve", "approve", "reject", "reject")
    answers = at_once(app, *[lambda client, word=word: decide(client, word) for word in words])
    statuses = [one.status_code for one in answers]
    words = {"BUSINESS_APPROVED", "BUSINESS_REJECTED"}
    made = [one.action for one in ledger.events() if one.action in words]
    assert statuses.count(200) == len(made)
    # A rejected one may be approved afterwards; twice the same is never decided.
    assert made in (["BUSINESS_APPROVED"], ["BUSINESS_REJECTED", "BUSINESS_APPROVED"])
    assert stored(Business, desk.shop.business.id).status == "approved"


def test_of_many_businesses_with_one_name_each_has_an_address(app, customer):
    send = [lambda client: client.post(BUSINESSES, json=CUTS, headers=customer.headers)] * 4
    answers = at_once(app, *send)
    assert [one.status_code for one in answers] == [201] * 4
    assert len({one.json["slug"] for one in answers}) == 4
    assert len(ledger.events(action="USER_ROLE_CHANGED")) == 1


def test_a_chosen_address_is_given_once(app, customer):
    body = {**CUTS, "slug": "cuts"}
    send = [lambda client: client.post(BUSINESSES, json=body, headers=customer.headers)] * 4
    assert sorted(one.status_code for one in at_once(app, *send)) == [201, 409, 409, 409]


def test_a_visit_is_reviewed_once_and_counted_once(app, customer):
    desk = Desk(app)
    order = factories.visit(desk.shop, customer.id)
    path = f"/api/v1/appointments/{order.order_number}/review"
    send = [lambda client: client.post(path, json={"rating": 4}, headers=customer.headers)] * 4
    assert sorted(one.status_code for one in at_once(app, *send)) == [201, 409, 409, 409]
    kept = stored(Business, desk.shop.business.id)
    assert (count(Review), kept.rating_count, kept.rating_sum) == (1, 1, 4)


def test_reviews_at_once_are_all_in_the_mean(app):
    desk = Desk(app)
    sends = []
    for rating in (1, 2, 3, 5):
        who = factories.sign_up(app, f"r{rating}@example.com")
        number = factories.visit(desk.shop, who.id).order_number
        path = f"/api/v1/appointments/{number}/review"
        sends.append(
            lambda client, path=path, rating=rating, who=who: client.post(
                path, json={"rating": rating}, headers=who.headers
            )
        )
    assert [one.status_code for one in at_once(app, *sends)] == [201] * 4
    kept = stored(Business, desk.shop.business.id)
    assert (kept.rating_count, kept.rating_sum) == (4, 11)


def test_a_favourite_is_kept_once(app, customer):
    desk = Desk(app)
    path = f"/api/v1/favorites/{desk.shop.slug}"
    send = [lambda client: client.put(path, headers=customer.headers)] * 4
    assert [one.status_code for one in at_once(app, *send)] == [200] * 4
    assert count(Favorite) == len(ledger.events(action="FAVORITE_ADDED")) == 1


def test_hours_that_are_replaced_at_once_are_those_of_one(app):
    desk = Desk(app, hours=[])
    sends = [
        lambda client, opens=opens: client.put(
            f"{desk.path}/hours",
            json={"hours": [{"weekday": one, "opens": opens, "closes": 1200} for one in range(7)]},
            headers=desk.owner.headers,
        )
        for opens in (300, 360, 420, 480)
    ]
    assert [one.status_code for one in at_once(app, *sends)] == [200] * 4
    with database.transaction(write=False) as session:
        rows = session.scalars(select(Hours.opens)).all()
    assert (len(rows), len(set(rows))) == (7, 1)
    assert count(Worker, business_id=desk.shop.business.id, is_implicit=True) == 1


def test_of_those_who_saw_the_same_hours_one_replaces_them(app):
    desk = Desk(app, hours=[])
    headers = {**desk.owner.headers, "If-Match": desk.send("GET", "/hours").headers["ETag"]}
    send = [
        lambda client: client.put(f"{desk.path}/hours", json={"hours": []}, headers=headers)
    ] * 4
    assert sorted(one.status_code for one in at_once(app, *send)) == [200, 412, 412, 412]


def test_a_code_links_one_account(app):
    desk = Desk(app)
    worker = factories.worker(business_id=desk.shop.business.id)
    code = desk.send("POST", f"/workers/{worker.id}/invitation").json["code"]
    people = [factories.sign_up(app, f"p{one}@example.com") for one in range(4)]
    sends = [
        lambda client, who=who: client.post(
            f"{BUSINESSES}/join", json={"code": code}, headers=who.headers
        )
        for who in people
    ]
    assert sorted(one.status_code for one in at_once(app, *sends)) == [200, 400, 400, 400]
    assert stored(Worker, worker.id).user_id in {one.id for one in people}
