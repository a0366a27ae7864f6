"""The rules of a change hold below every surface."""

from __future__ import annotations

import pytest

from app import database
from app.errors import InvalidTransition, OrderNotFound, PermissionDenied
from app.operations.actors import NOBODY, SYSTEM, Actor, Role
from app.operations.orders import change, find, labels
from app.support import clock
from app.support.words import STATUSES
from tests import factories

STRANGER = Actor(Role.CUSTOMER, user_id=10**6)
WORKER = Actor(Role.WORKER, device_id=1)


@pytest.mark.parametrize("status", sorted(set(STATUSES) - {"created", "cancelled"}))
@pytest.mark.parametrize("actor", [STRANGER, WORKER, NOBODY])
def test_nobody_but_an_admin_sets_a_status(app, status, actor):
    order = factories.order()
    with pytest.raises(PermissionDenied), database.transaction():
        change.revise_order(order, changes={}, status=status, at=clock.now(), actor=actor)


@pytest.mark.parametrize("name", ["name", "email", "phone", "total_cost", "status", "customer_id"])
def test_a_customer_edits_nothing_but_pickup_and_instructions(app, name):
    order = factories.order()
    before = getattr(order, name)
    with database.transaction():
        edited = change.revise_order(
            order, changes={name: "x", "instructions": "i"}, at=clock.now(), actor=STRANGER
        )
        assert (getattr(edited, name), edited.instructions) == (before, "i")


def test_an_admin_edits_neither_price_nor_owner(app):
    order = factories.order()
    with database.transaction():
        edited = change.revise_order(
            order,
            changes={"total_cost": 0, "customer_id": 7, "name": "B"},
            at=clock.now(),
            actor=SYSTEM,
        )
        assert (edited.customer_id, edited.name) == (None, "B")
        assert edited.total_cost > 0


def test_a_change_raises_the_version_by_one_whatever_it_changes(app):
    order = factories.order()
    with database.transaction():
        revised = change.revise_order(
            order,
            changes={"instructions": "i"},
            status="picked_up",
            at=clock.now(),
            actor=SYSTEM,
        )
        assert revised.version == 2


def test_an_order_deleted_meanwhile_is_not_changed(app):
    order = factories.order()
    with database.transaction():
        change.delete_order(order, at=clock.now(), actor=SYSTEM)
    with pytest.raises(OrderNotFound), database.transaction():
        change.revise_order(order, changes={"instructions": "i"}, at=clock.now(), actor=SYSTEM)


def test_a_stranger_deletes_only_what_nobody_has_in_hand(app):
    order = factories.order(status="processing")
    with pytest.raises(InvalidTransition), database.transaction():
        change.delete_order(order, at=clock.now(), actor=NOBODY)


@pytest.mark.parametrize("actor", [STRANGER, NOBODY, Actor(Role.REVOKED_DEVICE, device_id=1)])
def test_an_order_is_out_of_reach_for_those_who_may_not_see_it(app, actor):
    ref = factories.order(customer_id=None).order_number
    with pytest.raises(OrderNotFound):
        find.get_order(ref, actor=actor)
    assert find.list_orders(limit=10, actor=actor) == []


@pytest.mark.parametrize("actor", [STRANGER, WORKER, NOBODY])
def test_only_an_admin_rotates_a_label(app, actor):
    order = factories.order()
    with pytest.raises(PermissionDenied):
        labels.rotate_label(order, actor=actor)
