"""Finding orders and customers by what somebody types, on both databases alike."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import database
from app.errors import PermissionDenied
from app.http.application import Application
from app.models import Order, OrderAlias
from app.operations.actors import NOBODY, SYSTEM
from app.operations.customers.search import search_customers
from app.operations.orders.people import suggest_people
from app.operations.orders.search import find_scanned_order, search_orders
from app.support import clock
from app.support.label_codes import new_label_code
from app.support.label_text import read_label_text
from tests import factories
from tests.rows import writing
from tests.statements import counted_statements


def orders(text: str) -> list[str]:
    with database.transaction(write=False):
        return [one.order_number for one in search_orders(text, limit=50, actor=SYSTEM)]


def scanned(text: str) -> str | None:
    label = read_label_text(text, frozenset({"shop.example"}))
    with database.transaction(write=False):
        found = find_scanned_order(label, actor=SYSTEM)
    return None if found is None else found.order_number


@pytest.mark.parametrize(
    "text", ["Ada", "ada lo", "ADA LOVELACE", "lovelace", "Love", " ada  lovelace ", "ad"]
)
def test_an_order_is_found_by_any_beginning_of_its_names(app: Application, text: str) -> None:
    order = factories.order(name="Ada Lovelace")
    factories.order(name="Grace Hopper", email="grace@example.com")
    assert orders(text) == [order.order_number]


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("Özge Şahin", ["özge", "ÖZGE", "ozge", "sahin", "şAHİN", "ozge sah"]),
        ("Ágnes Kovács", ["kovacs", "Kovács", "agnes k", "KOVÁ"]),
        ("Shaun O'Neil", ["oneil", "o'neil", "O’Nei", "shaun one"]),
        ("Łucja Smith-Groß", ["lucja", "smith gross", "Smith-G"]),
    ],
)
def test_a_name_is_found_however_quickly_it_is_typed(
    app: Application, name: str, texts: list[str]
) -> None:
    order = factories.order(name=name, email=None)
    factories.order(name="Grace Hopper")
    for text in texts:
        assert orders(text) == [order.order_number], text


def test_a_person_is_found_under_the_new_name_alone(app: Application) -> None:
    order = factories.order(name="Ágnes Kovács", email=None)
    with writing() as session:
        session.get_one(Order, order.id).name = "Ágnes Szabó"
    assert orders("szabo") == [order.order_number]
    assert orders("kovacs") == []


@pytest.mark.parametrize("text", ["+44 20 7946 0958", "02079460958", "79460958", "020-7946-0958"])
def test_an_order_is_found_by_its_phone_however_it_is_written(app: Application, text: str) -> None:
    order = factories.order(phone="+44 (20) 7946/0958")
    factories.order(phone="+44 30 1146 0958")
    factories.order(phone=None)
    assert orders(text) == [order.order_number]


@pytest.mark.parametrize("text", ["Ada.Lov@Example.com", "ada.lov@", "ada.lov@ex", "ada.LOV"])
def test_an_order_is_found_by_the_beginning_of_its_address(app: Application, text: str) -> None:
    order = factories.order(name="X", email="Ada.Lov@example.com")
    factories.order(name="Y", email="bob@example.com")
    assert orders(text) == [order.order_number]


def test_an_order_is_found_by_the_beginning_of_its_number(app: Application) -> None:
    order = factories.order(order_number="K7WQ2RNT", name="Grace")
    factories.order(order_number="K8WQ2RNT", name="Grace")
    for text in ("#k7w", "k7wq-2r", "K7WQ 2RN"):
        assert orders(text) == [order.order_number], text


def test_the_newest_of_one_name_come_first_and_the_exact_name_before_longer_ones(
    app: Application,
) -> None:
    longer = factories.order(name="Adam Smith")
    first, second = (factories.order(name="Ada", email=None) for _ in range(2))
    assert orders("ada") == [second.order_number, first.order_number, longer.order_number]


def test_what_was_deleted_is_not_found(app: Application) -> None:
    order = factories.order(name="Ada Lovelace", deleted_at=clock.now())
    assert orders("ada") == []
    assert scanned(order.label_code) is None


@pytest.mark.parametrize("text", ["", " ", "a", "%", "_%", "\\", "'", "\x00\x00", "🧺🧺", "-", "@"])
def test_a_text_that_means_nothing_finds_nothing(app: Application, text: str) -> None:
    factories.order(name="Ada Lovelace")
    assert orders(text) == []


def test_a_search_is_one_statement_however_much_it_finds(app: Application) -> None:
    counts = []
    for _ in range(2):
        for _ in range(5):
            factories.order(name="Ada Lovelace")
        with counted_statements() as statements:
            orders("ada")
        counts.append(len([one for one in statements if one.startswith("SELECT")]))
    assert counts == [1, 1]


def test_a_scan_finds_its_order_by_label_number_and_alias(app: Application) -> None:
    order = factories.order(order_number="K7WQ2RNT")
    old, replaced = "OLD-1042", new_label_code()
    with writing() as session:
        session.add(OrderAlias(alias=old, order_id=order.id, kind="import"))
        session.add(OrderAlias(alias=replaced, order_id=order.id, kind="label"))
    texts = [
        f"HTTP://SHOP.EXAMPLE/T/{order.label_code}",
        order.label_code.lower(),
        "#k7wq2rnt",
        "K7WQ-2RNT",
        "k7wq 2rnt",
        "ORDER: K7WQ2RNT",
        f'{{"orderId": {order.id}}}',
        "old-1042",
        replaced,
    ]
    assert [scanned(text) for text in texts] == [order.order_number] * len(texts)
    assert scanned("NOSUCHNUMBER") is None


def test_an_orders_own_number_goes_before_anothers_alias(app: Application) -> None:
    own, other = factories.order(order_number="ABC"), factories.order()
    with writing() as session:
        session.add(OrderAlias(alias="ABC-1", order_id=other.id, kind="import"))
    assert scanned("abc") == own.order_number
    assert scanned("ABC-1") == other.order_number


def test_customers_are_found_like_orders_and_admins_never(app: Application) -> None:
    factories.user(app, "ada@example.com", name="Ada Lovelace", phone="0170 555 1234")
    factories.user(app, "ada.chief@example.com", name="Ada Chief", role="admin")
    with database.transaction(write=False):
        for text in ("ada", "LOVEL", "ada@example.com", "5551234", "+49 170 555 1234"):
            found = search_customers(text, limit=9, actor=SYSTEM)
            assert [one.email for one in found] == ["ada@example.com"], text


def test_only_an_admin_may_search(app: Application) -> None:
    for call in (search_customers, search_orders):
        with pytest.raises(PermissionDenied):
            call("ada", limit=9, actor=NOBODY)


def test_people_are_suggested_once_however_often_they_came(app: Application) -> None:
    account = factories.user(app, "ada@example.com", name="Ada Lovelace")
    factories.order(name="Ada Lovelace", customer_id=account.id)
    for days in (3, 2, 1):
        at = clock.now() - timedelta(days=days)
        newest = factories.order(name="Ada Guest", phone="555123", email=None, created_at=at)
    gone = factories.user(app, "gone@example.com", name="Ada Gone", is_active=False)
    with database.transaction(write=False):
        people = suggest_people("ada", actor=SYSTEM)
    assert [(one.name, one.customer_id, one.order_number) for one in people] == [
        ("Ada Lovelace", account.id, None),
        ("Ada Guest", None, newest.order_number),
    ]
    assert gone.id not in [one.customer_id for one in people]
