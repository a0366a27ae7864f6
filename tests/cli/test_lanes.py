"""A lane sends one channel; where nobody answers it pauses, by recipient where each has a receiver."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.cli import lanes
from app.cli.chores import Chores
from app.cli.lanes import LONGEST_PAUSE, Lane
from app.cli.stopping import Stop
from app.database import replaying
from app.operations.outbox.transports import Undeliverable, Unreachable
from app.support import clock
from tests.outbox import change, messages, queue


class Pigeon:
    """Carries to some recipients, and finds nobody at the others."""

    name = "pigeon"

    def __init__(self, finds: Callable[[int], bool] = lambda _: True) -> None:
        self.finds = finds
        self.tried: list[int] = []

    def send(self, message) -> None:
        self.tried.append(message.recipient_id)
        if not self.finds(message.recipient_id):
            raise Unreachable from ConnectionRefusedError()

    def rest(self) -> None:
        pass


def lane(pigeon: Pigeon, **more) -> Lane:
    return Lane("pigeon", lambda _: pigeon, **more)


def drain(one: Lane, pigeon: Pigeon) -> int:
    return sum(1 for _ in one.send_due(pigeon, replaying, may_go_on=lambda: True))


def fly(*recipients: int) -> None:
    for number, recipient in enumerate(recipients):
        queue(1, number + 1, channel="pigeon", recipient_id=recipient)


def test_a_lane_that_finds_nobody_tries_one_and_pauses(app):
    fly(1, 2, 3, 4)
    pigeon = Pigeon(lambda _: False)
    one = lane(pigeon)
    assert drain(one, pigeon) == 1
    assert drain(one, pigeon) == 0
    assert [message.attempts for message in messages()] == [1, 0, 0, 0]
    assert messages()[0].last_error == "ConnectionRefusedError"
    pigeon.finds = lambda _: True
    with time_machine.travel(datetime.now(UTC) + LONGEST_PAUSE):
        assert drain(one, pigeon) == 4


def test_its_pauses_grow_to_a_minute_and_end_with_the_first_success(app):
    fly(*range(1, 30))
    pigeon = Pigeon(lambda _: False)
    one = lane(pigeon)
    pauses, now = [], datetime.now(UTC)
    for _ in range(8):
        with time_machine.travel(now, tick=False):
            assert drain(one, pigeon) == 1
            pauses.append((one._pauses[0].until - now).total_seconds())
        now = one._pauses[0].until + timedelta(milliseconds=1)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    pigeon.finds = lambda _: True
    with time_machine.travel(now):
        drain(one, pigeon)
    assert one._pauses == {}


def test_with_a_receiver_for_each_the_others_need_not_wait(app):
    fly(7, 7, 7, 8, 8, 9)
    pigeon = Pigeon(lambda recipient: recipient != 7)
    one = lane(pigeon, by_recipient=True)
    with time_machine.travel(datetime.now(UTC), tick=False):
        assert drain(one, pigeon) == 4
    assert pigeon.tried == [7, 8, 8, 9]
    assert sorted(one.attempts for one in messages(recipient_id=7)) == [0, 0, 1]


def test_who_has_one_under_way_is_not_sent_another(app):
    fly(7, 7, 8)

    class Slow(Pigeon):
        def send(self, message) -> None:
            if message.recipient_id == 7 and not self.tried:
                self.tried.append(7)
                drain(one, self)  # another thread of the same lane
            else:
                super().send(message)

    slow = Slow()
    one = lane(slow, by_recipient=True)
    drain(one, slow)
    assert slow.tried == [7, 8, 7]


def test_many_slow_ones_leave_threads_to_the_others(app, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lanes, "SLOW_SECONDS", 0.02)

    class Slow(Pigeon):
        def send(self, message) -> None:
            super().send(message)
            if message.recipient_id != 9:
                time.sleep(0.03)
                one.send_next(self, replaying)  # another thread of the same lane

    slow = Slow()
    one = lane(slow, by_recipient=True, threads=2)
    fly(7, 8)
    drain(one, slow)
    slow.tried.clear()
    queue(3, 10, channel="pigeon", recipient_id=7)
    queue(3, 20, channel="pigeon", recipient_id=8)
    queue(1, 30, channel="pigeon", recipient_id=9)
    one.send_next(slow, replaying)
    assert slow.tried == [7, 9]
    drain(one, slow)
    assert sorted(slow.tried) == [7, 7, 7, 8, 8, 8, 9]


def test_what_is_refused_for_good_is_given_up_and_no_reason_to_pause(app):
    fly(1, 2)

    class Refused(Pigeon):
        def send(self, message) -> None:
            raise Undeliverable("410")

    pigeon = Refused()
    assert drain(lane(pigeon), pigeon) == 2
    assert {(one.last_error, one.dead_at is not None) for one in messages()} == {("410", True)}


def test_what_no_lane_takes_is_put_off_and_seen(app):
    fly(1)
    with Stop() as stop:
        Chores(stop, replaying, ["fan_out", "email"])()
    (message,) = messages()
    assert message.last_error == "KeyError"
    assert message.due_at > clock.now()


@pytest.mark.parametrize("channels", [["pigeon"], ["pigeon", "email"]])
def test_what_a_lane_takes_is_left_to_it(app, channels):
    fly(1)
    change(due_at=clock.now())
    with Stop() as stop:
        Chores(stop, replaying, channels)()
    assert messages()[0].attempts == 0
