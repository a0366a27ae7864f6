"""The changes feed over HTTP: a cursor, an ETag, a Link; no held connections."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from flask.testing import FlaskClient

from tests import booking
from tests.factories import PASSWORD, Customer
from tests.webhooks import drain, moved

EVENTS = "/api/v1/events"


def onward(answer: Any) -> str:
    """Where the Link leads."""
    address, _, rel = answer.headers["Link"].partition(">")
    assert rel == '; rel="next"'
    return str(address.removeprefix("<"))


def test_a_reader_goes_on_from_link_to_link(admin: FlaskClient) -> None:
    for _ in range(5):
        moved()
    drain()
    seen, address = [], f"{EVENTS}?limit=2"
    for expected in (2, 2, 1, 0):
        answer = admin.get(address)
        assert len(answer.json) == expected
        seen += [one["cursor"] for one in answer.json]
        address = onward(answer)
    assert seen == ["1", "2", "3", "4", "5"]
    moved()
    drain()
    assert [one["cursor"] for one in admin.get(address).json] == ["6"]


def test_an_event_tells_what_a_webhook_tells(client: FlaskClient, customer: Customer) -> None:
    order = moved(customer_id=customer.id)
    drain()
    [event] = client.get(EVENTS, headers=customer.headers).json
    assert event["id"].startswith("evt_")
    assert event["type"] == "order.status_changed"
    assert event["timestamp"].endswith("Z")
    assert event["data"] == {
        "order_number": order.order_number,
        "status": "completed",
        "order_id": order.id,
        "business_id": 1,
    }


def test_while_nothing_happens_the_answer_is_304(client: FlaskClient, customer: Customer) -> None:
    moved(customer_id=customer.id)
    drain()
    address = onward(client.get(EVENTS, headers=customer.headers))
    first = client.get(address, headers=customer.headers)
    assert first.json == []
    known = {**customer.headers, "If-None-Match": first.headers["ETag"]}
    assert client.get(address, headers=known).status_code == 304
    moved()
    drain()
    assert client.get(address, headers=known).status_code == 304, "it is nothing of theirs"
    moved(customer_id=customer.id)
    drain()
    answer = client.get(address, headers=known)
    assert answer.status_code == 200
    assert len(answer.json) == 1


def test_a_reader_for_whom_nothing_happens_is_led_on_each_day(
    client: FlaskClient, customer: Customer
) -> None:
    first = client.get(EVENTS, headers=customer.headers)
    known = {"If-None-Match": first.headers["ETag"]}
    moved()
    drain()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1)):
        body = {"email": customer.email, "password": PASSWORD}
        token = client.post("/api/v1/auth/login", json=body).json["access_token"]
        answer = client.get(EVENTS, headers={"Authorization": f"Bearer {token}", **known})
        assert answer.status_code == 200
        assert onward(answer) == f"{EVENTS}?after=1"


def test_an_owner_reads_of_their_business_by_its_name(
    client: FlaskClient, customer: Customer
) -> None:
    shop = booking.shop(owner_id=customer.id)
    moved(business_id=shop.business.id)
    moved()
    drain()
    answer = client.get(f"{EVENTS}?business={shop.slug}", headers=customer.headers)
    assert [one["data"]["business_id"] for one in answer.json] == [shop.business.id]
    assert onward(answer) == f"{EVENTS}?business={shop.slug}&after=2"


def test_a_cursor_that_leads_nowhere_is_refused_by_its_name(admin: FlaskClient) -> None:
    for cursor in ("zz", "-1", "!", "z" * 32, ""):
        answer = admin.get(f"{EVENTS}?after={cursor}")
        assert (answer.status_code, list(answer.json["details"])) == (400, ["after"]), cursor
