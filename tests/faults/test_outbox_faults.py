"""Senders die, race and lose their database: every message is sent, and once while nobody dies."""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import pytest
import time_machine

from app import create_app, database
from app.config import Settings
from app.operations.outbox.lease import LEASE
from tests.faults.undoing import listening
from tests.forking import forks
from tests.outbox import Receiver, messages, queue

SENDERS, MESSAGES = 3, 120
MANY, SOME = 10_000, 400
PATIENCE_SECONDS = 60


class Wire(Receiver):
    """Tells another process of what it sends."""

    def __init__(self, pipe: Connection) -> None:
        super().__init__()
        self._pipe = pipe

    def send(self, message) -> None:
        self._pipe.send(message.subject_id)


def send_until(step: str, environment: dict[str, str], pipe: Connection) -> None:
    """Send one message, tell when this step is reached, and stay there for ever."""
    updates = 0

    def stay() -> None:
        pipe.send(step)
        pipe.recv()

    class Stuck(Wire):
        def send(self, message) -> None:
            if step == "leased, not sent":
                stay()
            super().send(message)

    def note(_connection, _cursor, statement, *_) -> None:
        nonlocal updates
        updates += statement.startswith("UPDATE outbox")
        wanted = {"lease not committed": 1, "sent, mark not committed": 2}
        if statement.startswith("UPDATE outbox") and updates == wanted.get(step):
            stay()

    app = create_app(Settings.load(environment))
    with app.app_context(), listening(database.db.engine, "after_cursor_execute", note):
        Stuck(pipe).deliver()


def send_all(environment: dict[str, str], pipe: Connection) -> None:
    """Send whatever is due, once everybody is there."""
    with create_app(Settings.load(environment)).app_context():
        pipe.send("ready")
        pipe.recv()
        tries = Wire(pipe).drain()
        pipe.send(("done", tries))


def started(target, *arguments):
    ours, theirs = forks.Pipe()
    process = forks.Process(target=target, args=(*arguments, theirs), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def heard(pipe: Connection):
    assert pipe.poll(PATIENCE_SECONDS), "the sender does not answer"
    return pipe.recv()


@pytest.mark.parametrize(
    ("step", "sent_before", "waits"),
    [
        ("lease not committed", 0, False),
        ("leased, not sent", 0, True),
        ("sent, mark not committed", 1, True),
    ],
)
def test_a_message_whose_sender_is_killed_is_sent_by_another(
    app, environment, step, sent_before, waits
):
    queue(1)
    process, pipe = started(send_until, step, environment)
    heard_first = [heard(pipe) for _ in range(sent_before)]
    assert heard(pipe) == step
    process.kill()
    process.join()
    assert heard_first == [1] * sent_before
    receiver = Receiver()
    if waits:
        assert receiver.drain() == 0
    with time_machine.travel(datetime.now(UTC) + LEASE):
        assert receiver.drain() == 1
    assert receiver.got == [1]
    (message,) = messages()
    assert message.sent_at is not None
    assert message.attempts == 1 + waits


def test_rival_senders_send_each_message_once(app, environment):
    queue(MESSAGES)
    senders = [started(send_all, environment) for _ in range(SENDERS)]
    for _, pipe in senders:
        assert heard(pipe) == "ready"
    for _, pipe in senders:
        pipe.send("go")
    sent: Counter[int] = Counter()
    tries = []
    for process, pipe in senders:
        while not isinstance(told := heard(pipe), tuple):
            sent[told] += 1
        tries.append(told[1])
        process.join()
    assert sent == Counter(range(1, MESSAGES + 1))
    assert sum(tries) == MESSAGES
    assert {one.attempts for one in messages()} == {1}
    assert messages(sent_at=None) == []


def test_a_long_queue_takes_no_more_memory_than_a_short_one(app):
    queue(MANY)
    receiver = Receiver()
    tracemalloc.start()
    try:
        for sent in range(1, SOME + 1):
            receiver.deliver()
            if sent == SOME // 4:
                tracemalloc.reset_peak()
                gc.collect()
                before, _ = tracemalloc.get_traced_memory()
        _, most = tracemalloc.get_traced_memory()
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(receiver.got) == SOME
    assert after - before < 100_000
    assert most - before < 500_000
