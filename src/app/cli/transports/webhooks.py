"""The channel `webhook`: a signed POST to who subscribed."""

from __future__ import annotations

import time
from collections.abc import Collection
from functools import partial
from typing import Final

from app.operations.outbox.deliver import Trying
from app.operations.outbox.lease import Message
from app.operations.outbox.transports import Outdated, Unreachable
from app.operations.webhooks.sending import (
    GONE,
    Outcome,
    Paused,
    Signed,
    note_outcome,
    prepare_delivery,
)
from app.operations.webhooks.spreading import CHANNEL
from app.support import clock
from app.support.outgoing import NotReached, Resolver, look_up, post
from app.support.public_addresses import Network, read_target

_OVERLOADED: Final = frozenset({429, 502, 503, 504})
"""The next message would be answered so, too (Standard Webhooks)."""


class NotTaken(Exception):
    """The receiver did not say 2xx: it is told again later."""


class Webhooks:
    """Posts each message to its subscriber, and logs how that went."""

    name = CHANNEL

    def __init__(
        self, allowed: Collection[Network], trying: Trying, *, resolve: Resolver = look_up
    ) -> None:
        self._allowed = allowed
        self._trying = trying
        self._resolve = resolve

    def send(self, message: Message) -> None:
        at = clock.now()
        try:
            signed = self._trying(partial(prepare_delivery, message, at=at))
        except Paused as error:
            raise Unreachable from error
        outcome = self._post(signed)
        self._trying(partial(note_outcome, message, outcome, at=at))
        if outcome.status == GONE:
            raise Outdated
        if outcome.status is None or outcome.status in _OVERLOADED:
            raise Unreachable from NotTaken()
        if outcome.error is not None:
            raise NotTaken

    def rest(self) -> None:
        """It holds nothing: each message has a connection of its own."""

    def _post(self, signed: Signed) -> Outcome:
        began, status, error = time.monotonic(), None, None
        try:
            target = read_target(signed.url, self._allowed)
            status = post(
                target, signed.body, signed.headers, allowed=self._allowed, resolve=self._resolve
            )
        except NotReached as reason:
            error = reason.word
        except ValueError:  # it was allowed when it was subscribed
            error = "blocked"
        if status is not None and not 200 <= status < 300:
            error = "refused"
        return Outcome(status, error, round((time.monotonic() - began) * 1000))
