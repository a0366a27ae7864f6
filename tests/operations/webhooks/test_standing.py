"""A webhook ends with the standing of whoever chose where it posts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.database import replaying
from app.http.application import Application
from app.models import User, Worker
from app.operations.webhooks.standing import end_forsaken
from app.support import clock
from tests import booking, factories, ledger
from tests.booking import Shop
from tests.factories import Customer
from tests.outbox import messages
from tests.rows import writing
from tests.webhooks import deliver, drain, lanes, moved, serving, stored

WEBHOOKS = "/api/v1/webhooks"


@pytest.fixture
def server():
    with serving() as one:
        yield one


@pytest.fixture
def allowing(make_app: Callable[..., Application]) -> FlaskClient:
    return make_app(WEBHOOK_NETWORKS="127.0.0.0/8").test_client()


@pytest.fixture
def shop(customer: Customer) -> Shop:
    return booking.shop(owner_id=customer.id)


@pytest.fixture
def manager(app: Application, shop: Shop) -> Customer:
    mia = factories.sign_up(app, "mia@example.com")
    booking.add_worker(shop, user_id=mia.id, is_manager=True)
    return mia


def hook(client: FlaskClient, who: Customer, url: str, shop: Shop) -> str:
    body = {"url": url, "events": ["order.ready"], "business": shop.slug}
    made = client.post(WEBHOOKS, json=body, headers=who.headers)
    assert made.status_code == 201, made.text
    return f"{WEBHOOKS}/{made.json['id']}"


def change(model: Any, row: dict[str, Any], **values: Any) -> None:
    with writing() as session:
        session.query(model).filter_by(**row).update(values)


ENDS = {
    "dismissed": lambda mia: change(Worker, {"user_id": mia.id}, is_active=False),
    "no manager any more": lambda mia: change(Worker, {"user_id": mia.id}, is_manager=False),
    "deactivated": lambda mia: change(User, {"id": mia.id}, is_active=False),
    "gone": lambda mia: change(Worker, {"user_id": mia.id}, user_id=None),
}


@pytest.mark.parametrize("how", ENDS)
def test_whoever_runs_the_business_no_more_is_told_nothing_from_that_moment(
    allowing, server, shop, customer, manager, how
):
    path = hook(allowing, manager, server.url, shop)
    hook(allowing, customer, server.url, shop)
    moved(business_id=shop.business.id)
    drain()
    assert len(server.got) == 2
    ENDS[how](manager)
    moved(business_id=shop.business.id)
    drain()
    assert len(server.got) == 3, "of those two the owner's alone"
    end_forsaken(at=clock.now(), trying=replaying)
    end_forsaken(at=clock.now(), trying=replaying)
    shown = allowing.get(path, headers=customer.headers).json
    assert shown["status"] == "ended"
    assert len(ledger.events(action="WEBHOOK_ENDED")) == 1


def test_what_waited_for_them_is_not_sent_either(allowing, server, shop, manager):
    hook(allowing, manager, server.url, shop)
    moved(business_id=shop.business.id)
    assert deliver(lanes()) is not None
    assert len(messages(channel="webhook", sent_at=None)) == 1
    ENDS["dismissed"](manager)
    drain()
    assert server.got == []
    assert messages(channel="webhook", sent_at=None) == []


def test_an_owner_who_makes_it_active_again_stands_for_it(
    allowing, server, shop, customer, manager
):
    path = hook(allowing, manager, server.url, shop)
    ENDS["dismissed"](manager)
    end_forsaken(at=clock.now(), trying=replaying)
    again = allowing.patch(path, json={"status": "active"}, headers=customer.headers)
    assert again.json["status"] == "active"
    end_forsaken(at=clock.now(), trying=replaying)
    moved(business_id=shop.business.id)
    drain()
    assert len(server.got) == 1


def test_an_address_is_stood_for_by_who_changed_it_last(allowing, server, shop, customer, manager):
    path = hook(allowing, customer, "https://hook.example/", shop)
    allowing.patch(path, json={"url": server.url}, headers=manager.headers)
    ENDS["dismissed"](manager)
    moved(business_id=shop.business.id)
    drain()
    assert server.got == []


def test_an_admin_who_is_none_any_more_is_not_told_of_all(app, make_app, server):
    boss = factories.user(app, "boss@example.com", role="admin")
    allowing = make_app(WEBHOOK_NETWORKS="127.0.0.0/8").test_client()
    allowing.set_cookie("session", factories.session_cookie(boss.id))
    made = allowing.post(WEBHOOKS, json={"url": server.url, "events": ["order.ready"]})
    assert made.status_code == 201, made.text
    change(User, {"id": boss.id}, role="customer")
    moved()
    drain()
    assert server.got == []
    end_forsaken(at=clock.now(), trying=replaying)
    assert stored(made.json["id"]).status == "ended"
