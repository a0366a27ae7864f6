"""Webhooks that are not taken: sent again, given up, ended, and what holds nobody else up."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import update

from app import database
from app.database import replaying
from app.models import OutboxMessage
from app.operations.actors import SYSTEM
from app.operations.webhooks.deliveries import replay_delivery
from app.operations.webhooks.subscriptions import change_subscription
from app.support import clock
from tests import ledger
from tests.outbox import messages
from tests.rows import writing
from tests.webhooks import (
    HERE,
    attempts,
    change,
    deliver,
    drain,
    lanes,
    moved,
    serving,
    stored,
    subscribed,
)


@pytest.fixture
def server(app):
    with serving() as running:
        yield running


def due_now() -> None:
    with writing() as session:
        session.execute(update(OutboxMessage).values(due_at=clock.now()))


def test_a_refused_message_is_sent_again_under_the_same_id(server):
    subscription, secret = subscribed(server.url)
    server.status = 503
    moved()
    drain()
    assert [one.status for one in attempts(subscription)] == [503]
    server.status = 200
    due_now()
    drain()
    first, second = server.got
    assert first.id == second.id
    assert second.verified(secret)
    [message] = messages(channel="webhook")
    assert message.sent_at is not None
    assert [one.error for one in attempts(subscription)] == ["refused", None]


def test_a_receiver_that_failed_is_not_tried_for_each_message(server):
    subscribed(server.url)
    server.status = 503
    for _ in range(5):
        moved()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=1), tick=False):
        drain()
    assert len(server.got) == 1
    assert sorted(one.attempts for one in messages(channel="webhook")) == [0, 0, 0, 0, 1]


def test_after_three_days_a_message_is_given_up_and_can_be_replayed_all_the_same(server):
    subscription, _ = subscribed(server.url)
    server.status = 503
    moved()
    drain()
    [attempt] = attempts(subscription)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3, seconds=1)):
        drain()
        [message] = messages(channel="webhook")
        assert (message.last_error, len(server.got)) == ("TooOld", 1)
        assert message.dead_at is not None
        server.status = 200
        with database.transaction():
            replay_delivery(subscription, attempt.id, at=clock.now(), actor=SYSTEM)
        drain()
    assert len(server.got) == 2
    assert messages(channel="webhook")[0].dead_at is None


def test_a_410_ends_the_subscription_for_good(server):
    subscription, _ = subscribed(server.url)
    server.status = 410
    moved()
    moved()
    drain()
    assert len(server.got) == 1
    assert stored(subscription).status == "ended"
    assert messages(channel="webhook", sent_at=None) == []
    assert ledger.event(action="WEBHOOK_ENDED").resource_id == subscription
    moved()
    drain()
    assert len(server.got) == 1
    with database.transaction():
        change_subscription(
            subscription, status="active", allowed=HERE, at=clock.now(), actor=SYSTEM
        )
    server.status = 200
    moved()
    drain()
    assert len(server.got) == 2


def test_a_redirect_is_not_followed(server):
    with serving() as elsewhere:
        server.status, server.headers = 307, {"Location": elsewhere.url}
        subscription, _ = subscribed(server.url)
        moved()
        drain()
        assert len(server.got) == 1
        assert elsewhere.got == []
    [attempt] = attempts(subscription)
    assert (attempt.status, attempt.error) == (307, "refused")


def test_a_paused_subscription_is_told_nothing_until_it_goes_on(server):
    subscription, _ = subscribed(server.url)
    moved()
    deliver(lanes())
    change(subscription, status="paused")
    drain()
    moved()
    drain()
    assert server.got == []
    change(subscription, status="active")
    due_now()
    drain()
    assert len(server.got) == 1


def test_what_waits_for_a_deleted_subscription_is_not_sent(server):
    subscription, _ = subscribed(server.url)
    moved()
    deliver(lanes())
    change(subscription, deleted_at=clock.now())
    drain()
    assert server.got == []
    assert [one.last_error for one in messages(channel="webhook")] == ["Withdrawn"]


def test_a_name_that_leads_here_is_not_posted_to(server):
    subscription, _ = subscribed(f"https://hook.example:{server.port}/")
    moved()
    drain(resolve=lambda *_: ["127.0.0.1"], allowed=())
    assert server.got == []
    assert [one.error for one in attempts(subscription)] == ["blocked"]


def test_an_address_that_is_allowed_no_more_is_not_posted_to(server):
    subscription, _ = subscribed(server.url)
    moved()
    drain(allowed=())
    assert server.got == []
    assert [one.error for one in attempts(subscription)] == ["blocked"]


def test_a_replay_posts_the_same_once_more(server):
    subscription, secret = subscribed(server.url)
    moved()
    drain()
    [attempt] = attempts(subscription)
    with database.transaction():
        replay_delivery(subscription, attempt.id, at=clock.now(), actor=SYSTEM)
    drain()
    first, second = server.got
    assert (first.id, first.body) == (second.id, second.body)
    assert second.verified(secret)
    assert len(attempts(subscription)) == 2


def test_one_that_is_not_there_delays_nobody_else(server):
    gone, _ = subscribed("http://127.0.0.1:1/")
    subscribed(server.url)
    for _ in range(20):
        moved()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=1), tick=False):
        drain()
    assert len(server.got) == 20
    assert [one.error for one in attempts(gone)] == ["unreachable"], "tried for each message"


def test_a_receiver_that_is_slow_has_one_message_and_holds_nobody_up(app, server):
    with serving() as slow:
        slow.may_answer.clear()
        subscribed(slow.url)
        for _ in range(10):
            moved()
        announced, posting = lanes()
        list(announced.send_due(announced.make(replaying), replaying, may_go_on=lambda: True))
        subscribed(server.url)
        for _ in range(10):
            moved()
        list(announced.send_due(announced.make(replaying), replaying, may_go_on=lambda: True))

        def wait_for_the_slow_one() -> None:
            with app.app_context():
                posting.send_next(posting.make(replaying), replaying)

        waiting = threading.Thread(target=wait_for_the_slow_one)
        waiting.start()
        while not slow.got:
            time.sleep(0.01)
        sent = list(posting.send_due(posting.make(replaying), replaying, may_go_on=lambda: True))
        assert waiting.is_alive(), "the others waited for the slow one"
        assert (len(sent), len(server.got), len(slow.got)) == (10, 10, 1)
        slow.may_answer.set()
        waiting.join()
