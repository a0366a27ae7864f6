"""V12 and V13: a customer sees their own orders, workers and admins every one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.models import OrderAlias
from tests import factories
from tests.rows import writing
from tests.statements import counted_statements

PATH = "/api/v1/orders"


@pytest.fixture
def stranger(app):
    return factories.sign_up(app, "eve@example.com", name="Eve")


def add_alias(alias: str, order_id: int, kind: str) -> None:
    with writing() as session:
        session.add(OrderAlias(alias=alias, order_id=order_id, kind=kind))


def test_an_order_is_found_by_number_alias_and_id(client, customer):
    order = factories.order(customer_id=customer.id, order_number="K7WQ2RNT")
    add_alias("FZC-2025POL0001A", order.id, "import")
    for ref in (
        "K7WQ2RNT",
        "k7wq2rnt",
        "%23K7WQ2RNT",
        "fzc-2025pol0001a",
        "%23FZC-2025POL0001A",
        order.id,
        f"{order.id}/",
    ):
        answer = client.get(f"{PATH}/{ref}", headers=customer.headers)
        assert answer.status_code == 200, ref
        assert answer.json["id"] == order.id
        assert answer.headers["ETag"] == '"1"'


def test_a_number_goes_before_an_alias_and_an_alias_before_an_id(client, customer):
    by_id = factories.order(customer_id=customer.id)
    by_alias = factories.order(customer_id=customer.id)
    add_alias(str(by_id.id), by_alias.id, "import")
    path = f"{PATH}/{by_id.id}"
    assert client.get(path, headers=customer.headers).json["id"] == by_alias.id
    by_number = factories.order(customer_id=customer.id, order_number=str(by_id.id))
    assert client.get(path, headers=customer.headers).json["id"] == by_number.id


def test_a_label_code_is_no_reference(client, customer):
    order = factories.order(customer_id=customer.id)
    old = "B" * 24
    add_alias(old, order.id, "label")
    for code in (order.label_code, old):
        assert client.get(f"{PATH}/{code}", headers=customer.headers).status_code == 404


@pytest.mark.parametrize(
    "ref", ["0", "-1", "9" * 19, "9" * 400, "no%00pe", "²", "٣", "%F0%9F", "'--"]
)
def test_a_strange_reference_is_not_found(client, admin, ref):
    answer = admin.get(f"{PATH}/{ref}")
    assert answer.status_code == 404
    assert answer.json["error_code"] == "ORDER_NOT_FOUND"


def test_another_customers_order_does_not_exist_for_one(client, customer, stranger, admin, device):
    order = factories.order(customer_id=customer.id)
    path = f"{PATH}/{order.order_number}"
    refused = client.get(path, headers=stranger.headers)
    assert refused.status_code == 404
    assert refused.json["error_code"] == "ORDER_NOT_FOUND"
    assert client.get(path).status_code == 401
    assert client.get(path, headers=device.headers).status_code == 200
    assert admin.get(path).status_code == 200


def test_an_equal_email_gives_no_ownership(client, customer):
    order = factories.order(email=customer.email, channel="legacy")
    assert client.get(f"{PATH}/{order.id}", headers=customer.headers).status_code == 404
    assert client.get(PATH, headers=customer.headers).json == []


def test_the_list_holds_ones_own_orders_newest_first(client, customer, stranger):
    mine = [factories.order(customer_id=customer.id).id for _ in range(3)]
    theirs = factories.order(customer_id=stranger.id, email="eve@example.com").id
    answer = client.get(PATH, query_string={"email": "eve@example.com"}, headers=customer.headers)
    assert [one["id"] for one in answer.json] == mine[::-1]
    assert theirs not in mine
    assert client.get(PATH).status_code == 401


def test_the_list_goes_by_cursor_and_counts_on_request(client, customer):
    ids = [factories.order(customer_id=customer.id).id for _ in range(5)]
    first = client.get(PATH, query_string={"limit": 2, "total": 1}, headers=customer.headers)
    assert first.headers["X-Total-Count"] == "5"
    seen, answer = [], first
    while True:
        seen += [one["id"] for one in answer.json]
        if "Link" not in answer.headers:
            break
        answer = client.get(
            answer.headers["Link"].split(">")[0].strip("<"), headers=customer.headers
        )
    assert seen == ids[::-1]
    assert "X-Total-Count" not in client.get(PATH, headers=customer.headers).headers


def test_the_list_is_filtered_by_status_and_days(client, customer):
    def at(day: int, **more) -> int:
        moment = datetime(2026, 11, day, 23, 59, 59, 999999, tzinfo=UTC)
        return factories.order(customer_id=customer.id, created_at=moment, **more).id

    early, middle, late = at(1), at(2, status="processing"), at(3)

    def found(**query) -> list[int]:
        answer = client.get(PATH, query_string=query, headers=customer.headers)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json]

    assert found(status="processing") == [middle]
    assert found(**{"from": "2026-11-02"}) == [late, middle]
    assert found(to="2026-11-02") == [middle, early]
    assert found(to="2026-11-02T23:59:59.999999Z") == [early]
    assert found(**{"from": "2026-11-02T23:59:59.999999Z"}) == [late, middle]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "lost"},
        {"from": "yesterday"},
        {"to": "9999-12-31"},
        {"limit": 0},
        {"limit": 201},
        {"cursor": "!"},
        {"cursor": "z" * 30},
    ],
)
def test_a_wrong_filter_is_named(client, customer, query):
    answer = client.get(PATH, query_string=query, headers=customer.headers)
    assert answer.status_code == 400
    assert next(iter(query)) in answer.json["details"]


def test_reading_takes_two_statements_and_listing_too_without_a_count(client, customer):
    order = factories.order(customer_id=customer.id)
    for ref in (order.order_number, order.id):
        with counted_statements() as statements:
            assert client.get(f"{PATH}/{ref}", headers=customer.headers).status_code == 200
        assert len(statements) == 2, statements
    for query, most in ((PATH, 2), (f"{PATH}?total=1", 3)):
        with counted_statements() as statements:
            assert len(client.get(query, headers=customer.headers).json) == 1
        assert len(statements) == most, statements
