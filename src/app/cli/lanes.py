"""Lanes: each channel is sent by threads of its own, so that none waits for another's receiver."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from app.operations.outbox.deliver import Delivery, Trying, deliver
from app.operations.outbox.lease import Message, lease_message
from app.operations.outbox.transports import Transport
from app.operations.spreaders import SPREADERS
from app.support import clock

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=1)
MOST_PAUSING: Final = 500
"""Recipients that are left alone at once; who is forgotten is just tried again."""
SLOW_SECONDS: Final = 1.0
"""Recipients that take longer have half of a lane's threads among them: the rest is for the others."""

log = structlog.get_logger(__name__)


class Lane:
    """The messages of one channel, sent by some threads, each with a transport that `make` makes.

    Where nobody answers (Unreachable) it pauses, up to a minute, and then tries one. With
    `by_recipient` it is the recipient that pauses, and that has one message under way at most:
    each has a receiver of its own, and others need not wait for it, nor for many that are slow.
    """

    def __init__(
        self,
        channel: str,
        make: Callable[[Trying], Transport],
        *,
        threads: int = 1,
        by_recipient: bool = False,
    ) -> None:
        self.channel = channel
        self.make = make
        self.threads = threads
        self.bell = threading.Event()
        self._by_recipient = by_recipient
        self._taking = threading.Lock()
        self._pauses: dict[int, _Pause] = {}
        self._under_way: set[int] = set()
        self._slow: set[int] = set()

    def send_next(self, transport: Transport, trying: Trying) -> Delivery | None:
        """Send the next message that is due; None where there is none, or the lane pauses."""
        message = self._take(trying)
        if message is None:
            return None
        began = time.monotonic()
        try:
            done = deliver(message, {self.channel: transport}, SPREADERS, trying=trying)
            self._learn(done, seconds=time.monotonic() - began)
        finally:
            with self._taking:
                self._under_way.discard(message.recipient_id)
        if done.error is not None:
            log.warning("not_sent", message_id=message.id, channel=self.channel, error=done.error)
        return done

    def send_due(
        self, transport: Transport, trying: Trying, *, may_go_on: Callable[[], bool]
    ) -> Iterator[Delivery]:
        """Send what is due, until nothing is or it may not go on."""
        while may_go_on() and (done := self.send_next(transport, trying)) is not None:
            yield done

    def _take(self, trying: Trying) -> Message | None:
        with self._taking:
            now = clock.now()
            pausing = {one for one, pause in self._pauses.items() if pause.until > now}
            if not self._by_recipient:
                return None if pausing else trying(partial(lease_message, self.channel))
            avoiding = pausing | self._under_way
            if len(self._slow & self._under_way) >= max(1, self.threads // 2):
                avoiding |= self._slow
            message = trying(partial(lease_message, self.channel, avoiding))
            if message is not None:
                self._under_way.add(message.recipient_id)
            return message

    def _learn(self, done: Delivery, *, seconds: float) -> None:
        who = done.message.recipient_id if self._by_recipient else 0
        with self._taking:
            self._slow.discard(who)
            if seconds > SLOW_SECONDS:
                if len(self._slow) >= MOST_PAUSING:
                    self._slow.clear()
                self._slow.add(who)
            if done.error is None:
                self._pauses.pop(who, None)
            elif done.is_unreachable:
                if len(self._pauses) >= MOST_PAUSING:
                    self._pauses.clear()
                self._pauses.setdefault(who, _Pause()).lengthen(clock.now())


class _Pause:
    """For how long nobody is asked again: twice as long each time, up to a minute."""

    def __init__(self) -> None:
        self._length = FIRST_PAUSE / 2
        self.until: datetime = datetime.min.replace(tzinfo=clock.now().tzinfo)

    def lengthen(self, at: datetime) -> None:
        self._length = min(2 * self._length, LONGEST_PAUSE)
        self.until = at + self._length
