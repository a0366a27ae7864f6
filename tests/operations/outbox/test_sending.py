"""Messages are sent at least once, each by one sender; failures wait, and are given up in the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.database import replaying
from app.operations.outbox.deliver import SENDER_DIED, deliver
from app.operations.outbox.find import get_condition, list_messages
from app.operations.outbox.lease import LEASE, LONGEST_PAUSE, lease_stray
from app.operations.outbox.retry import BATCH, retry_dead, retry_messages
from app.operations.outbox.settle import (
    MOST_ATTEMPTS,
    SHORTEST_PAUSE,
    pause_after,
)
from app.support import clock
from tests.outbox import Receiver, change, lease_next, messages, queue

A_MOMENT = timedelta(seconds=1)


def later(span: timedelta) -> time_machine.travel:
    return time_machine.travel(datetime.now(UTC) + span)


def condition():
    return replaying(get_condition)


def test_what_is_due_is_sent_once_and_in_its_order(app):
    queue(3)
    receiver = Receiver()
    assert receiver.drain() == 3
    assert receiver.drain() == 0
    assert receiver.got == [1, 2, 3]
    assert all(one.sent_at and one.lease is None and one.attempts == 1 for one in messages())


def test_what_is_not_due_waits(app):
    queue(1, due_at=clock.now() + timedelta(minutes=5))
    receiver = Receiver()
    assert receiver.drain() == 0
    with later(timedelta(minutes=6)):
        assert receiver.drain() == 1


def test_a_leased_message_is_nobody_elses_until_its_sender_counts_as_dead(app):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        queue(2)
        held = replaying(lease_next)
        receiver = Receiver()
        receiver.drain()
        assert (held.subject_id, receiver.got) == (1, [2])
        traveller.shift(LEASE - A_MOMENT)
        assert receiver.drain() == 0
        traveller.shift(2 * A_MOMENT)
        receiver.drain()
    assert receiver.got == [2, 1]
    assert messages(subject_id=1)[0].attempts == 2


def test_a_sender_that_comes_too_late_changes_nothing_of_anothers_message(app):
    queue(1)

    class Sleeper(Receiver):
        def send(self, message):
            with later(LEASE + A_MOMENT):
                self.other = replaying(lease_next)
            raise TimeoutError

    sleeper = Sleeper()
    sleeper.deliver()
    (message,) = messages()
    assert (message.lease, message.last_error) == (sleeper.other.lease, None)
    assert (message.attempts, message.sent_at) == (2, None)


def test_a_failure_delays_no_other_message(app):
    queue(20)
    receiver = Receiver(lambda message: message.subject_id % 2 == 1)
    with time_machine.travel(
        clock.now(), tick=False
    ):  # what was put off is not due again meanwhile
        assert receiver.drain() == 20
        assert receiver.got == list(range(2, 21, 2))
        for one in messages(sent_at=None):
            assert one.last_error == "ConnectionRefusedError"
            assert one.due_at > clock.now()
    receiver.refuses = lambda _: False
    with later(timedelta(minutes=1)):
        receiver.drain()
    assert messages(sent_at=None) == []


def test_the_pauses_grow_to_an_hour_and_are_never_the_same(app):
    for attempts in range(1, 200):
        limit = min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** min(attempts, 20))
        some = {pause_after(attempts) for _ in range(20)}
        assert len(some) > 10
        assert SHORTEST_PAUSE <= min(some) <= max(some) <= limit
    assert timedelta(minutes=40) < max(pause_after(199) for _ in range(500))


def test_a_message_is_given_up_after_some_three_days(app):
    mean = sum((pause_after(one) for one in range(1, MOST_ATTEMPTS)), timedelta())
    assert timedelta(days=2) < mean < timedelta(days=4)
    queue(1, attempts=MOST_ATTEMPTS - 2)
    receiver = Receiver(lambda _: True)
    receiver.drain()
    assert messages()[0].dead_at is None
    with later(timedelta(hours=2)):
        receiver.drain()
    (message,) = messages()
    assert message.dead_at is not None
    assert (message.attempts, message.last_error) == (MOST_ATTEMPTS, "ConnectionRefusedError")
    with later(timedelta(days=9)):
        assert receiver.drain() == 0


def test_a_message_that_kills_its_senders_is_given_up_without_another_try(app):
    queue(1, attempts=MOST_ATTEMPTS)
    receiver = Receiver()
    assert receiver.drain() == 1
    assert receiver.got == []
    (message,) = messages()
    assert (message.dead_at is not None, message.last_error) == (True, SENDER_DIED)


def test_a_channel_without_a_transport_waits_like_any_failure(app):
    queue(1, channel="pigeon")
    assert replaying(lambda: lease_stray(["pigeon", "fan_out"])) is None
    stray = replaying(lambda: lease_stray(["fan_out"]))
    assert deliver(stray, {}, (), trying=replaying).error == "KeyError"
    assert messages()[0].due_at > clock.now()


def test_what_was_given_up_is_tried_again_from_the_start(app):
    queue(BATCH + 1, attempts=MOST_ATTEMPTS, dead_at=clock.now(), last_error="OSError")
    assert condition().dead == BATCH + 1
    assert [replaying(retry_dead) for _ in range(3)] == [BATCH, 1, 0]
    assert (condition().dead, condition().waiting) == (0, BATCH + 1)
    assert {one.attempts for one in messages()} == {0}


def test_what_waits_is_tried_at_once_and_what_is_sent_or_in_hand_is_not(app):
    queue(3)
    receiver = Receiver(lambda message: message.subject_id == 2)
    receiver.deliver()
    receiver.deliver()
    replaying(lease_next)
    ids = [one.id for one in messages()]
    assert replaying(lambda: retry_messages([*ids, max(ids) + 1])) == 1
    assert receiver.deliver().message.subject_id == 2


@pytest.mark.parametrize("dead", [True, False])
def test_the_list_shows_the_oldest_first(app, dead):
    queue(3)
    if dead:
        change(dead_at=clock.now())
    shown = replaying(lambda: list_messages(dead=dead, limit=2))
    assert [one.subject_id for one in shown] == [1, 2]
    assert replaying(lambda: list_messages(dead=not dead, limit=2)) == []


def test_the_condition_tells_depth_and_age_and_what_was_given_up(app):
    assert (condition().waiting, condition().dead, condition().oldest_at) == (0, 0, None)
    queue(2)
    receiver = Receiver(lambda _: True)
    receiver.deliver()
    now = condition()
    assert (now.waiting, now.dead, now.oldest_attempts) == (2, 0, 1)
    assert now.age_at(now.oldest_at + timedelta(minutes=3)) == timedelta(minutes=3)
    change(dead_at=clock.now())
    assert (condition().waiting, condition().dead) == (0, 2)
