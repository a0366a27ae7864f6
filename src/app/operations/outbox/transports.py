"""Ways out of the process: what each keeps to, and what it can say of a message that it did not send."""

from __future__ import annotations

from typing import Protocol

from app.operations.outbox.lease import Message


class Outdated(Exception):
    """It is not so any more, or there is nobody to tell: the message is not sent, now or later."""


class Undeliverable(Exception):
    """Its receiver refuses it for good: it is given up at once, to be looked at."""


class Unreachable(Exception):
    """Nobody answers, and the next message would wait in vain, too: its lane pauses."""


class Transport(Protocol):
    """A way out of the process, by the name of its channel; one object serves one thread."""

    name: str

    def send(self, message: Message) -> None:
        """Send a message, within half a lease.

        Raising says that it has to be sent again; the three above say more than that.
        """

    def rest(self) -> None:
        """Let go of connections: nothing is to be sent for a while."""
