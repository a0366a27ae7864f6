"""An address that anybody can give is sent little, none of a stranger's words, and can be left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from app.models import Order, User
from app.operations.notifications.unproved import MOST_ORDERS
from app.support import clock
from tests import factories
from tests.mail_server import MailServer, html_of, mail_server, text_of
from tests.outbox import change, messages
from tests.posting import place, send_once
from tests.rows import writing
from tests.scanning import SCAN, long_form

GRACE = "grace@example.com"


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def send(environment, app, post):
    return lambda: send_once(environment, **post.environment)


@pytest.fixture
def service(app):
    return factories.service("Wash")


def stop_link(mail) -> str:
    url = urlsplit(mail["List-Unsubscribe"].strip("<>"))
    assert f"{url.scheme}://{url.netloc}" == "http://handover.test"
    return f"{url.path}?{url.query}"


def test_who_orders_without_an_account_hears_that_it_is_ready(client, device, service, post, send):
    order = place(client, "Grace@Example.com", service)
    body = long_form(order["label_code"] if "label_code" in order else label(order), "completed")
    assert client.post(SCAN, json=body, headers=device.headers).status_code == 201
    send()
    number = order["order_number"]
    assert [one["Subject"] for one in post.mails] == [
        f"Your order {number} at House",
        f"Your order {number} is ready",
    ]


def label(order) -> str:
    with writing() as session:
        return session.get_one(Order, order["id"]).label_code


def test_nothing_that_a_stranger_wrote_is_in_such_a_mail(client, service, post, send):
    words = {"name": "Buy pills", "specialInstructions": "at evil.example", "phone": "555 0199"}
    place(client, GRACE, service, **words)
    send()
    (mail,) = post.mails
    whole = mail.as_string() + text_of(mail) + html_of(mail)
    for word in ("pills", "evil", "555 0199", "5550199"):
        assert word not in whole


def test_of_many_orders_with_one_address_a_few_are_told(client, service, post, send):
    for _ in range(MOST_ORDERS + 3):
        place(client, GRACE, service)
    place(client, "other@example.com", service)
    send()
    assert len(post.to(GRACE)) == MOST_ORDERS
    assert len(post.to("other@example.com")) == 1


def test_a_day_later_they_are_told_again(client, service, post, send):
    for _ in range(MOST_ORDERS):
        place(client, GRACE, service)
    with writing() as session:
        for one in session.query(Order):
            one.created_at = clock.now() - timedelta(hours=25)
    place(client, GRACE, service)
    send()
    assert len(post.mails) == MOST_ORDERS + 1


def test_an_account_whose_address_is_not_proved_is_bounded_and_a_proved_one_is_not(
    app, client, service, post, send
):
    people = [factories.sign_up(app, f"{name}@example.com") for name in ("ada", "bob")]
    with writing() as session:
        session.get_one(User, people[1].id).verified_at = clock.now()
    for one in people:
        for _ in range(MOST_ORDERS + 2):
            answer = client.post(
                "/api/v1/orders", json={"service_id": service.id}, headers=one.headers
            )
            assert answer.status_code == 201
    send()
    assert len(post.to("ada@example.com")) == MOST_ORDERS
    assert len(post.to("bob@example.com")) == MOST_ORDERS + 2
    for person in people:
        news = client.get("/api/v1/notifications", headers=person.headers).json
        assert len(news) == MOST_ORDERS + 2


@pytest.mark.parametrize("address", ["b@gmail", "grace@localhost", "grace@127.0.0.1"])
def test_an_address_that_mail_cannot_reach_is_not_tried(client, service, post, send, address):
    place(client, address, service)
    send()
    assert post.mails == []
    assert messages(channel="email") == []


def test_whoever_reads_the_address_can_stop_it(client, service, post, send):
    place(client, GRACE, service)
    send()
    link = stop_link(post.mails[0])
    assert link in text_of(post.mails[0])
    assert post.mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page = client.get(link)
    assert page.status_code == 200
    assert GRACE in page.text
    place(client, GRACE, service)
    send()
    assert len(post.mails) == 2
    for _ in range(2):
        done = client.post(link, data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
    place(client, "GRACE@example.com", service)
    place(client, "other@example.com", service)
    send()
    assert [one["To"] for one in post.mails] == [GRACE, GRACE, "other@example.com"]


@pytest.mark.parametrize("token", ["", "x", "x.y", "é.ü", "0000000000000000.AAAA"])
def test_a_link_that_is_none_of_ours_stops_nothing(client, token):
    for method in ("GET", "POST"):
        answer = client.open("/mail/stop", method=method, query_string={"to": token})
        assert answer.status_code == 404


def test_what_was_stopped_while_it_waited_is_not_sent(client, service, post, send):
    place(client, GRACE, service)
    send()
    place(client, GRACE, service)
    post.answers = ["451 later"]
    send()
    client.post(stop_link(post.mails[0]))
    change(due_at=clock.now())
    send()
    assert len(post.mails) == 1
    assert messages(channel="email")[-1].last_error == "Withdrawn"
