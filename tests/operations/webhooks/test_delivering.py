"""Webhooks on their way: who is told, signed for an independent library, and logged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from standardwebhooks import WebhookVerificationError

from app import database
from app.operations.actors import SYSTEM
from app.operations.pruning import prune
from app.operations.webhooks.deliveries import send_test
from app.operations.webhooks.subscriptions import rotate_secret
from app.support import clock
from tests import booking
from tests.outbox import KEPT, messages
from tests.webhooks import (
    attempts,
    drain,
    moved,
    serving,
    subscribed,
)


@pytest.fixture
def server(app):
    with serving() as running:
        yield running


def test_what_happens_is_posted_and_an_independent_library_verifies_it(server):
    shop = booking.shop()
    _, secret = subscribed(server.url, business=shop.slug)
    order = moved(business_id=shop.business.id)
    drain()
    [got] = server.got
    told = got.verified(secret)
    assert told["type"] == "order.status_changed"
    assert told["data"] == {
        "order_number": order.order_number,
        "status": "completed",
        "order_id": order.id,
        "business_id": shop.business.id,
    }
    assert datetime.fromisoformat(told["timestamp"]) <= datetime.now(UTC)
    assert got.headers["content-type"] == "application/json"
    assert got.path == "/hook?of=ours"


def test_another_secret_does_not_verify_it(server):
    subscribed(server.url)
    _, other = subscribed("http://127.0.0.1:1/")
    moved()
    drain()
    with pytest.raises(WebhookVerificationError):
        server.got[0].verified(other)


def test_a_business_is_told_of_its_own_and_an_admin_of_all(server):
    mine, others = booking.shop(), booking.shop()
    subscribed(server.url, business=mine.slug)
    moved(business_id=others.business.id)
    drain()
    assert server.got == []
    subscribed(server.url)
    moved(business_id=others.business.id)
    moved(business_id=mine.business.id)
    drain()
    told = [one.told["data"]["business_id"] for one in server.got]
    assert sorted(told) == sorted([others.business.id, mine.business.id, mine.business.id])


def test_nobody_is_told_of_what_they_did_not_choose(server):
    subscribed(server.url, "order.placed")
    moved()
    drain()
    assert server.got == []
    assert messages(channel="webhook") == []


@pytest.mark.parametrize(
    ("status", "word"), [("completed", "order.ready"), ("cancelled", "order.cancelled")]
)
def test_a_status_that_has_a_word_of_its_own_can_be_chosen_alone(server, status, word):
    subscribed(server.url, word)
    moved(status)
    moved("processing")
    drain()
    assert [one.told["type"] for one in server.got] == [word]


def test_nothing_of_a_person_is_sent(server):
    subscribed(server.url)
    moved(name="Zelda Brannigan", email="zelda@private.example", phone="+15550142")
    drain()
    assert len(server.got) == 1
    assert not any(word in server.got[0].body for word in (b"Zelda", b"private", b"5550142"))


def test_for_24_hours_after_a_rotation_both_secrets_verify(server):
    subscription, old = subscribed(server.url)
    with database.transaction():
        _, new = rotate_secret(subscription, at=clock.now(), actor=SYSTEM)
    assert new != old
    moved()
    drain()
    for secret in (old, new):
        assert server.got[0].verified(secret)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=24, seconds=1)):
        moved()
        drain()
        assert server.got[1].verified(new)
        with pytest.raises(WebhookVerificationError):
            server.got[1].verified(old)


def test_a_secret_is_stored_nowhere_and_each_is_another(app):
    secrets = [subscribed("https://hook.example/")[1] for _ in range(2)]
    assert len({*secrets}) == 2
    for one in secrets:
        assert one.startswith("whsec_")
        assert len(one) == len("whsec_") + 44


def test_a_test_event_is_posted_whatever_was_chosen(server):
    subscription, secret = subscribed(server.url, "business.approved")
    with database.transaction():
        send_test(subscription, at=clock.now(), actor=SYSTEM)
    drain()
    told = server.got[0].verified(secret)
    assert told["type"] == "webhook.test"
    assert told["data"] == {"webhook_id": subscription}


def test_the_log_tells_how_long_it_took_and_nothing_of_the_answer(server):
    subscription, _ = subscribed(server.url)
    server.slow_seconds = 0.1
    moved()
    drain()
    [attempt] = attempts(subscription)
    assert (attempt.status, attempt.error, attempt.attempt) == (204, None, 1)
    assert 100 <= attempt.took_ms < 5000
    assert attempt.event_id == server.got[0].id


def test_the_log_is_kept_for_a_month(server):
    subscription, _ = subscribed(server.url)
    moved()
    drain()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=29)):
        assert prune(KEPT, actor=SYSTEM)["webhook_deliveries"] == 0
    with time_machine.travel(datetime.now(UTC) + timedelta(days=31)):
        assert prune(KEPT, actor=SYSTEM)["webhook_deliveries"] == 1
    assert attempts(subscription) == []


def test_a_retired_signing_secret_goes_on_signing(server, make_app):
    _, secret = subscribed(server.url)
    renewed = make_app(
        SIGNING_SECRET="another-secret-of-the-tests-of-32-characters",
        SIGNING_SECRETS_RETIRED="secret-of-the-tests-and-of-nothing-else-3",
    )
    moved()
    with renewed.app_context():
        drain()
    assert server.got[0].verified(secret)
