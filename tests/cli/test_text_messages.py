"""Text messages go to a gateway, to those who proved who they are and chose them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.models import User
from app.operations.notifications.unproved import MOST_ORDERS
from app.support import clock
from tests import factories
from tests.gateway import Gateway, gateway
from tests.outbox import change, messages
from tests.posting import send_once
from tests.rows import writing
from tests.scanning import SCAN, long_form

NUMBER = "+49 151 234-567 89"


@pytest.fixture
def texts() -> Iterator[Gateway]:
    with gateway() as one:
        yield one


@pytest.fixture
def settings(texts: Gateway) -> dict[str, str]:
    return {"SMS_GATEWAY_URL": texts.url, "SMS_GATEWAY_TOKEN": "a-token-of-the-gateway"}


def make_ready(app, client, device, **columns: Any) -> dict[str, Any]:
    customer = factories.sign_up(app, "ada@example.com")
    values = {"phone": NUMBER, "verified_at": clock.now(), "channels": "sms"} | columns
    with writing() as session:
        user = session.get_one(User, customer.id)
        for name, value in values.items():
            setattr(user, name, value)
    body = {"service_id": factories.service().id}
    order = client.post("/api/v1/orders", json=body, headers=customer.headers).json
    scan = long_form(order["label_code"], "completed")
    assert client.post(SCAN, json=scan, headers=device.headers).status_code == 201
    return order


def test_what_is_ready_is_texted_and_what_is_only_on_its_way_is_not(
    app, client, device, environment, texts, settings
):
    order = make_ready(app, client, device)
    send_once(environment, **settings)
    (text,) = texts.got
    assert text["to"] == "+4915123456789"
    link = f"http://handover.test/track/{order['label_code']}"
    assert text["text"] == f"Your order {order['order_number']} is ready {link}"
    (headers,) = texts.headers
    assert headers["Authorization"] == "Bearer a-token-of-the-gateway"
    assert headers["Idempotency-Key"] == text["id"]


@pytest.mark.parametrize(
    "columns",
    [{"verified_at": None}, {"phone": "0151 23456789"}, {"phone": None}, {"channels": "email"}],
)
def test_nobody_else_is_texted(app, client, device, environment, texts, settings, columns):
    make_ready(app, client, device, **columns)
    send_once(environment, **settings)
    assert texts.got == []
    assert messages(channel="sms") == []


def test_without_a_gateway_nothing_waits_for_one(app, client, device, environment):
    make_ready(app, client, device)
    send_once(environment)
    assert messages(channel="sms") == []
    assert messages(sent_at=None) == []


@pytest.mark.parametrize(
    ("status", "is_dead"), [(500, False), (429, False), (302, False), (400, True), (404, True)]
)
def test_a_gateway_that_refuses_is_asked_again_unless_it_never_will(
    app, client, device, environment, texts, settings, status, is_dead
):
    make_ready(app, client, device)
    texts.statuses = [status]
    send_once(environment, **settings)
    (message,) = messages(channel="sms")
    word = f"HTTP {status}" if is_dead else "Refused"
    assert (message.dead_at is not None, message.last_error) == (is_dead, word)
    if not is_dead:
        change(due_at=clock.now())
        send_once(environment, **settings)
        assert len(texts.got) == 1


def test_of_many_orders_in_a_day_a_few_are_texted(
    app, client, device, environment, texts, settings
):
    """Whoever has verified an address has proved no number: it may be anybody's."""
    customer = factories.sign_up(app, "eve@example.com")
    with writing() as session:
        user = session.get_one(User, customer.id)
        user.phone, user.verified_at = NUMBER, clock.now()
    service = factories.service()
    for _ in range(MOST_ORDERS + 2):
        body = {"service_id": service.id}
        order = client.post("/api/v1/orders", json=body, headers=customer.headers).json
        scan = long_form(order["label_code"], "completed")
        assert client.post(SCAN, json=scan, headers=device.headers).status_code == 201
    send_once(environment, **settings)
    assert len(texts.got) == MOST_ORDERS
    news = client.get("/api/v1/notifications", headers=customer.headers).json
    assert [one["event"] for one in news].count("order.ready") == MOST_ORDERS + 2
