"""Sending: outside of any transaction, at least once, again after a failure, not for ever.

What was announced is spread in the transaction that marks it sent: once, whoever dies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol, TypeVar

from app.errors import Unavailable
from app.operations.outbox.announce import FAN_OUT
from app.operations.outbox.appointments import REMINDER, is_still_true
from app.operations.outbox.lease import Message, lease_message
from app.operations.outbox.settle import MOST_ATTEMPTS, settle_failed, settle_sent
from app.operations.outbox.spread import Spreader, spread
from app.operations.outbox.transports import Outdated, Transport, Undeliverable, Unreachable
from app.support import clock

SENDER_DIED: Final = "SenderDied"
WITHDRAWN: Final = "Withdrawn"
"""The last word on a message that was not sent, because it was no longer true."""

T = TypeVar("T")


class Trying(Protocol):
    """How a transaction is run, and run again: app.database.replaying, or more patiently."""

    def __call__(self, work: Callable[[], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message: `error` is the class of what its transport raised, None once sent.

    One that `is_withdrawn` was not sent, for it was no longer true, and will not be. Where nobody
    answered, `is_unreachable` says that others need not be tried at once.
    """

    message: Message
    error: str | None
    is_withdrawn: bool = False
    is_unreachable: bool = False


def deliver_next(
    channel: str,
    transports: Mapping[str, Transport],
    spreaders: Iterable[Spreader],
    *,
    trying: Trying,
) -> Delivery | None:
    """Send the message of a channel that has been due for longest; None when nothing is due."""
    message = trying(partial(lease_message, channel))
    return None if message is None else deliver(message, transports, spreaders, trying=trying)


def deliver(
    message: Message,
    transports: Mapping[str, Transport],
    spreaders: Iterable[Spreader],
    *,
    trying: Trying,
) -> Delivery:
    """Send a message that was leased, and say what became of it.

    Leased in one transaction, sent in none, marked in another: whoever dies in between leaves a
    message that is sent again. A failure puts it off, so that it delays no other.
    """
    try:
        if message.attempts > MOST_ATTEMPTS:
            raise Undeliverable(SENDER_DIED)
        if message.event == REMINDER and not trying(partial(_is_still_true, message)):
            raise Outdated
        transports[message.channel].send(message)
        trying(partial(_settle_sent, message, spreaders))
    except Unavailable:
        raise
    except Outdated:
        trying(partial(settle_sent, message, note=WITHDRAWN))
        return Delivery(message, None, is_withdrawn=True)
    except Exception as error:  # whatever is raised: it is tried again
        name, is_final = _name(error), isinstance(error, Undeliverable)
        trying(partial(settle_failed, message, name, is_final=is_final))
        return Delivery(message, name, is_unreachable=isinstance(error, Unreachable))
    return Delivery(message, None)


def _is_still_true(message: Message) -> bool:
    return is_still_true(message.subject_id, message.payload, at=clock.now())


def _settle_sent(message: Message, spreaders: Iterable[Spreader]) -> None:
    """Mark it first: who has lost its lease spreads nothing."""
    if settle_sent(message) and message.channel == FAN_OUT:
        spread(message, spreaders, at=clock.now())


def _name(error: Exception) -> str:
    """The class of what was raised first; where that was ourselves, the word that we said."""
    if error.__cause__ is not None:
        return type(error.__cause__).__name__
    return str(error) if isinstance(error, Undeliverable) else type(error).__name__
