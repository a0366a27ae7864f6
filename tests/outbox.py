"""The outbox as it is stored, and receivers of its messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from app import database
from app.database import replaying
from app.models import OutboxMessage
from app.operations.outbox.announce import FAN_OUT
from app.operations.outbox.deliver import Delivery, deliver_next
from app.operations.outbox.lease import Message, lease_message
from app.operations.outbox.spread import Spreader
from app.operations.pruning import Kept
from app.support import clock
from tests.rows import writing

YEAR = timedelta(days=365)
KEPT = Kept(dead=YEAR, read=YEAR, inbox=YEAR)


def messages(**wanted: Any) -> list[OutboxMessage]:
    """The stored messages, in the order in which they were announced."""
    query = select(OutboxMessage).filter_by(**wanted).order_by(OutboxMessage.id)
    with database.transaction(write=False) as session:
        found = list(session.scalars(query.execution_options(populate_existing=True)))
        session.expunge_all()
    return found


def told(order_id: int) -> list[str]:
    """The statuses that were announced of an order, its placing aside."""
    return [one.says for one in messages(subject_id=order_id, event="order.status_changed")]


def row(subject_id: int, **more: Any) -> dict[str, Any]:
    """A message as a table holds it, due now."""
    now = clock.now()
    values = {
        "event": "order.placed",
        "subject_id": subject_id,
        "says": "created",
        "channel": "fan_out",
        "payload": '{"order_number":"K7WQ2RNT","status":"created"}',
        "created_at": now,
        "due_at": now,
        "attempts": 0,
    }
    return values | more


def queue(count: int, first: int = 1, **more: Any) -> None:
    """Store so many messages, of subjects 1, 2, 3 ..., or from another one on."""
    with writing() as session:
        session.execute(insert(OutboxMessage), [row(first + one, **more) for one in range(count)])


def change(**values: Any) -> None:
    """Let every message be so."""
    with writing() as session:
        session.execute(update(OutboxMessage).values(values))


def lease_next() -> Message | None:
    """Take what was announced and has been due for longest."""
    return lease_message(FAN_OUT)


class Receiver:
    """A transport that remembers whom it was told of, and refuses what it is told to refuse."""

    name = "fan_out"

    def __init__(
        self,
        refuses: Callable[[Message], bool] = lambda _: False,
        spreaders: tuple[Spreader, ...] = (),
    ) -> None:
        self.got: list[int] = []
        self.refuses = refuses
        self.spreaders = spreaders

    def send(self, message: Message) -> None:
        if self.refuses(message):
            raise ConnectionRefusedError(f"nobody at home for {message.subject_id}")
        self.got.append(message.subject_id)

    def rest(self) -> None:
        """It holds no connections."""

    def deliver(self) -> Delivery | None:
        """Have the next message sent."""
        return deliver_next(self.name, {self.name: self}, self.spreaders, trying=replaying)

    def drain(self, most: int = 1000) -> int:
        """Have sent what is due; how many tries it took."""
        for tries in range(most):
            if self.deliver() is None:
                return tries
        raise AssertionError("the outbox does not end")
