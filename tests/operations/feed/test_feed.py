"""The changes feed: in one order, without gaps, to each what they may see."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, insert, select

from app import database
from app.database import replaying
from app.errors import BusinessNotFound, Invalid
from app.models import FeedCounter, FeedEvent, OutboxMessage
from app.operations.actors import SYSTEM, Actor, Role
from app.operations.feed.add import feed
from app.operations.feed.read import read_events
from app.operations.outbox.deliver import deliver_next
from app.operations.pruning import prune
from app.support import clock
from tests import booking, factories
from tests.outbox import KEPT, row
from tests.rows import writing
from tests.webhooks import Silent, drain, moved, serving, subscribed


def read(after=None, *, limit=100, business=None, actor=SYSTEM):
    with database.transaction(write=False):
        return read_events(after=after, business=business, limit=limit, actor=actor)


def customer(user) -> Actor:
    return Actor(Role.CUSTOMER, user_id=user.id)


def test_an_empty_feed_has_a_beginning(app):
    stretch = read()
    assert (list(stretch.events), stretch.next_id) == ([], 0)
    assert read(0).next_id == 0


def test_what_happened_is_read_in_its_order_and_gone_on_from(app):
    orders = [moved() for _ in range(5)]
    drain()
    first = read(limit=2)
    assert [one.id for one in first.events] == [1, 2]
    assert first.next_id == 2
    rest = read(first.next_id)
    assert [one.id for one in rest.events] == [3, 4, 5]
    assert read(rest.next_id).events == []
    told = [json.loads(one.payload)["order_id"] for one in (*first.events, *rest.events)]
    assert told == [one.id for one in orders]


def test_an_event_of_the_feed_has_the_id_of_its_webhook(app):
    with serving() as server:
        subscribed(server.url)
        moved()
        drain()
    assert [one.event_id for one in read().events] == [server.got[0].id]


def test_a_customer_sees_their_own_orders_and_nobody_elses(app):
    ada, bob = factories.user(app), factories.user(app)
    mine = moved(customer_id=ada.id)
    moved(customer_id=bob.id)
    moved()
    drain()
    stretch = read(actor=customer(ada))
    assert [json.loads(one.payload)["order_id"] for one in stretch.events] == [mine.id]
    assert stretch.next_id == 3, "a cursor leads past what one does not see"


def test_an_owner_sees_the_events_of_their_business(app):
    owner, other = factories.user(app, role="owner"), factories.user(app, role="owner")
    shop = booking.shop(owner_id=owner.id)
    order = moved(business_id=shop.business.id)
    moved()
    drain()
    theirs, others = customer(owner), customer(other)
    stretch = read(business=shop.slug, actor=theirs)
    assert [json.loads(one.payload)["order_id"] for one in stretch.events] == [order.id]
    assert read(actor=theirs).events == []
    with pytest.raises(BusinessNotFound):
        read(business=shop.slug, actor=others)


def test_what_is_about_no_order_or_business_is_not_fed(app):
    with writing() as session:
        secret = row(7, event="account.verification", payload='{"verification_id":7}')
        session.execute(insert(OutboxMessage), [secret])
    drain()
    assert read().events == []


@pytest.mark.parametrize("after", [3, 2**62])
def test_a_cursor_beyond_the_feed_is_refused(app, after):
    moved()
    drain()
    with pytest.raises(Invalid):
        read(after)


def test_who_was_away_for_too_long_is_told_so(app):
    for _ in range(3):
        moved()
    drain()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=7, seconds=1)):
        moved()
        drain()
        assert prune(KEPT, actor=SYSTEM)["feed_events"] == 3
        assert [one.id for one in read(3).events] == [4]
        with pytest.raises(Invalid):
            read(2)
        assert [one.id for one in read().events] == [4]


def test_ids_are_not_given_again_when_all_is_pruned(app):
    moved()
    drain()
    with writing() as session:
        session.execute(delete(FeedEvent))
    assert read().next_id == 1
    with pytest.raises(Invalid):
        read(0)
    moved()
    drain()
    assert [one.id for one in read(1).events] == [2]


def test_a_spread_that_fails_leaves_no_hole(app):
    def fails(_):
        raise RuntimeError

    moved()
    silent = {Silent.name: Silent(replaying)}
    deliver_next(Silent.name, silent, (feed, fails), trying=replaying)
    with database.transaction(write=False) as session:
        assert session.scalar(select(func.count()).select_from(FeedEvent)) == 0
        assert session.scalar(select(FeedCounter.newest)) is None
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        drain()
        assert [one.id for one in read().events] == [1]
        assert read().events[0].added_at >= clock.now() - timedelta(minutes=1)
