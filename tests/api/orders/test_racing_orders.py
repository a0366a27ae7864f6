"""Requests at the same moment: the database lets one of them pass."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from app.database import db
from app.models import Order
from tests import factories

PATH = "/api/v1/orders"
RIVALS = 4


def at_once(app, send):
    """The answers to the same request from several clients at the same moment."""
    barrier = Barrier(RIVALS)

    def run(_: int):
        client = app.test_client()
        barrier.wait()
        return send(client)

    with ThreadPoolExecutor(RIVALS) as pool:
        return list(pool.map(run, range(RIVALS)))


def test_one_key_sent_many_times_at_once_places_one_order(app, customer):
    body = {"service_id": factories.service().id}
    headers = customer.headers | {"Idempotency-Key": "k-1"}
    answers = at_once(app, lambda client: client.post(PATH, json=body, headers=headers))
    assert sorted(one.status_code for one in answers) == [200] * (RIVALS - 1) + [201]
    assert len({one.json["id"] for one in answers}) == 1
    assert db.session.scalar(select(func.count()).select_from(Order)) == 1


def test_of_many_who_saw_the_same_version_one_may_change_it(app, customer):
    path = f"{PATH}/{factories.order(customer_id=customer.id).order_number}"
    headers = customer.headers | {"If-Match": '"1"'}
    answers = at_once(
        app, lambda client: client.put(path, json={"instructions": "mine"}, headers=headers)
    )
    assert sorted(one.status_code for one in answers) == [200] + [412] * (RIVALS - 1)


def test_an_order_is_cancelled_once(app, customer):
    path = f"{PATH}/{factories.order(customer_id=customer.id).order_number}"
    answers = at_once(app, lambda client: client.delete(path, headers=customer.headers))
    statuses = sorted(one.status_code for one in answers)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {404, 409}
