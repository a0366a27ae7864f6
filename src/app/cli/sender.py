"""The sender of the outbox: a loop that lasts, whatever the database and the receivers do meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import structlog

from app.cli.chores import Chores
from app.cli.lanes import Lane
from app.cli.stopping import Stop
from app.database import replaying
from app.errors import Unavailable
from app.http.application import Application
from app.operations.outbox.announce import FAN_OUT
from app.operations.outbox.deliver import Delivery

SHORTEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.2, 2.0

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Patience:
    """Runs transactions; while the database is away it says so once and tries again."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._lock = threading.Lock()
        self._is_away = False
        self._was_there = 0.0

    def __call__(self, work: Callable[[], T]) -> T:
        waits = _waits()
        while True:
            began = time.monotonic()
            try:
                done = replaying(work)
            except Unavailable:
                self._say_away(began)
                if self._stop.wait(next(waits)):
                    raise
            else:
                self._say_there()
                return done

    def _say_away(self, began: float) -> None:
        """A try tells nothing that began before another thread's found the database."""
        with self._lock:
            if not self._is_away and began > self._was_there:
                self._is_away = True
                log.warning("database_away")

    def _say_there(self) -> None:
        with self._lock:
            self._was_there = time.monotonic()
            if self._is_away:
                self._is_away = False
                log.warning("database_back")


def send_once(lanes: Sequence[Lane], stop: Stop) -> Iterator[Delivery]:
    """Send what is due now, and what becomes due by that; one message after the other."""
    transports = [(lane, lane.make(replaying)) for lane in lanes]
    is_done = False
    while not is_done:
        is_done = True
        for lane, transport in transports:
            for done in lane.send_due(transport, replaying, may_go_on=lambda: not stop.is_asked):
                is_done = False
                yield done
            transport.rest()


class Sender:
    """Sends whatever comes to be due, and does the chores of each minute, until it is asked to stop."""

    def __init__(self, app: Application, lanes: Sequence[Lane], stop: Stop) -> None:
        self._app = app
        self._lanes = lanes
        self._stop = stop
        self._trying = Patience(stop)
        self._fault: BaseException | None = None

    def run(self) -> None:
        """Return when asked to stop; raise what ended a thread, for the service to begin anew."""
        threads = [
            threading.Thread(target=self._send, args=(lane,), name=f"{lane.channel} {number}")
            for lane in self._lanes
            for number in range(lane.threads)
        ]
        chores = Chores(self._stop, self._trying, {lane.channel for lane in self._lanes})
        for one in threads:
            one.start()
        try:
            while not self._stop.is_asked:
                chores()
                self._stop.wait(LONGEST_WAIT_SECONDS)
        except Unavailable:
            if not self._stop.is_asked:
                raise
        finally:
            self._stop.ask()
            self._ring()
            for one in threads:
                one.join()
        if self._fault is not None:
            raise self._fault

    def _send(self, lane: Lane) -> None:
        try:
            with self._app.app_context():
                self._send_for_ever(lane)
        except BaseException as error:  # a thread that ends alone would be missed by nobody
            if not (isinstance(error, Unavailable) and self._stop.is_asked):
                self._fault = error
            self._stop.ask()

    def _send_for_ever(self, lane: Lane) -> None:
        transport, waits = lane.make(self._trying), _waits()
        while not self._stop.is_asked:
            lane.bell.clear()
            if lane.send_next(transport, self._trying) is not None:
                waits = _waits()
                if lane.channel == FAN_OUT:
                    self._ring()
                continue
            transport.rest()
            lane.bell.wait(next(waits))

    def _ring(self) -> None:
        """Let every lane look at once: something came for one of them."""
        for lane in self._lanes:
            lane.bell.set()


def _waits() -> Iterator[float]:
    """Ever longer waits, in seconds."""
    seconds = SHORTEST_WAIT_SECONDS
    while True:
        yield seconds
        seconds = min(2 * seconds, LONGEST_WAIT_SECONDS)
