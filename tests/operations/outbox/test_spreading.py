"""What was announced is spread once to each who is to know, in one transaction."""

from __future__ import annotations

import json

import pytest

from app.database import replaying
from app.operations.outbox.announce import FAN_OUT
from app.operations.outbox.deliver import deliver_next
from app.operations.outbox.spread import Row, spread
from app.support import clock
from tests.outbox import Receiver, change, lease_next, messages, queue
from tests.rows import writing


def to_two(message):
    yield Row("pigeon", 7)
    yield Row("pigeon", 8, payload='{"note":"by night"}')


def to_itself(_message):
    return [Row("drum")]


def test_each_who_is_to_know_gets_a_message_of_its_own(app):
    queue(1)
    receiver = Receiver(spreaders=(to_two, to_itself))
    receiver.deliver()
    first, *spread_rows = messages()
    assert (first.channel, first.sent_at is not None) == (FAN_OUT, True)
    assert [(one.channel, one.recipient_id) for one in spread_rows] == [
        ("pigeon", 7),
        ("pigeon", 8),
        ("drum", 0),
    ]
    for one in spread_rows:
        assert (one.event, one.subject_id, one.says) == (first.event, 1, first.says)
        assert (one.created_at, one.attempts, one.sent_at) == (first.created_at, 0, None)
    assert [json.loads(one.payload).get("note") for one in spread_rows] == [None, "by night", None]


def test_what_was_spread_is_not_spread_again(app):
    queue(1)
    receiver = Receiver(spreaders=(to_two,))
    receiver.deliver()
    change(sent_at=clock.now())
    (announced,) = messages(channel=FAN_OUT)
    with writing() as session:
        row = session.merge(announced)
        row.sent_at, row.due_at = None, clock.now()
    assert receiver.drain() == 1
    assert len(messages()) == 3
    assert messages(sent_at=None) == []


def test_a_spreader_that_fails_spreads_nothing_and_is_asked_again(app):
    queue(2)

    def fails_once(message):
        yield Row("pigeon", 7)
        if message.attempts == 1:
            raise LookupError(message.subject_id)

    receiver = Receiver(spreaders=(fails_once,))
    assert receiver.deliver().error == "LookupError"
    assert receiver.deliver().error == "LookupError"
    assert messages(channel="pigeon") == []
    change(due_at=clock.now())
    receiver.deliver()
    receiver.deliver()
    assert [one.subject_id for one in messages(channel="pigeon")] == [1, 2]


def test_a_sender_that_lost_its_message_spreads_nothing(app):
    queue(1)

    class Sleeper(Receiver):
        def send(self, message):
            change(due_at=clock.now())
            self.other = replaying(lease_next)

    sleeper = Sleeper(spreaders=(to_two,))
    sleeper.deliver()
    (message,) = messages()
    assert (message.lease, message.sent_at) == (sleeper.other.lease, None)


def test_two_events_that_say_the_same_are_told_once(app):
    queue(1, says="late")
    message = replaying(lease_next)
    for _ in range(2):
        replaying(lambda: spread(message, [to_two], at=clock.now()))
    assert len(messages(channel="pigeon")) == 2


@pytest.mark.parametrize("channel", ["pigeon", "drum"])
def test_what_is_spread_is_sent_on_its_own_channel(app, channel):
    queue(1)
    Receiver(spreaders=(to_two, to_itself)).deliver()
    other = Receiver()
    other.name = channel
    sent = []
    while (delivery := deliver_next(channel, {channel: other}, (), trying=replaying)) is not None:
        sent.append((delivery.message.channel, delivery.error))
    assert {one for one in sent if one[1] is None} == {(channel, None)}
    assert len(other.got) == {"pigeon": 2, "drum": 1}[channel]
