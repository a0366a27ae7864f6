"""A customer finds their own order by number and address, and nobody else's."""

from __future__ import annotations

import pytest

from app import database
from app.errors import OrderNotFound
from app.http.application import Application
from app.models import OrderAlias
from app.operations.orders.own import get_own_tracking
from app.operations.tracks.find import Tracking
from app.support import clock
from tests import factories
from tests.rows import writing
from tests.statements import counted_statements


def find(number: str, email: str) -> Tracking:
    with database.transaction(write=False):
        return get_own_tracking(number=number, email=email)


@pytest.mark.parametrize("email", ["ada@example.com", " Ada@Example.COM "])
def test_an_order_is_found_under_its_own_address(app: Application, email: str) -> None:
    order = factories.order(email="Ada@example.com")
    assert find(f" #{order.order_number.lower()} ", email).order.id == order.id


def test_an_imported_order_is_found_by_its_old_number(app: Application) -> None:
    order = factories.order()
    with writing() as session:
        session.add(OrderAlias(alias="ORD-17-003", order_id=order.id, kind="import"))
    assert find("ord-17-003", "ada@example.com").order.id == order.id


def test_what_is_not_ones_own_is_not_there_and_costs_the_same(app: Application) -> None:
    others, bare = factories.order(email="bob@example.com"), factories.order(email=None)
    gone = factories.order(deleted_at=clock.now())
    numbers = [others.order_number, bare.order_number, gone.order_number, "NOSUCH42"]
    numbers += [str(others.id), others.label_code]
    for number in numbers:
        with counted_statements() as statements, pytest.raises(OrderNotFound):
            find(number, "ada@example.com")
        assert len(statements) == 1, number
