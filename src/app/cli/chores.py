"""What the sender does once a minute, beside sending."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

import structlog

from app.cli.stopping import Stop
from app.operations.booking.settling import LOOKS_BACK, settle_appointments
from app.operations.devices.silence import announce_silences
from app.operations.outbox.deliver import Trying, deliver
from app.operations.outbox.lease import lease_stray
from app.operations.webhooks.standing import end_forsaken
from app.support import clock

EVERY = timedelta(minutes=1)

log = structlog.get_logger(__name__)


class Chores:
    """Settles appointments, tells of silent devices, ends webhooks that nobody stands for, and puts
    off what no lane takes.

    The first time however long ago they were due; then once a minute.
    """

    def __init__(self, stop: Stop, trying: Trying, channels: Collection[str]) -> None:
        self._stop = stop
        self._trying = trying
        self._channels = channels
        self._last: datetime | None = None

    def __call__(self) -> None:
        at, last = clock.now(), self._last
        if last is not None and at - last < EVERY:
            return
        self._settle(at, last)
        announce_silences(at=at, since=last, trying=self._trying)
        end_forsaken(at=at, trying=self._trying)
        self._put_off_strays()
        self._last = at

    def _settle(self, at: datetime, last: datetime | None) -> None:
        settled = settle_appointments(
            at=at,
            since=None if last is None else at - LOOKS_BACK,
            trying=self._trying,
            may_go_on=lambda: not self._stop.is_asked,
        )
        if settled.expired or settled.no_shows:
            log.info("settled", expired=settled.expired, no_shows=settled.no_shows)

    def _put_off_strays(self) -> None:
        """What waits for a channel that is not set up fails like any other, and is seen."""
        while not self._stop.is_asked:
            message = self._trying(partial(lease_stray, self._channels))
            if message is None:
                return
            done = deliver(message, {}, (), trying=self._trying)
            log.warning(
                "not_sent", message_id=message.id, channel=message.channel, error=done.error
            )
