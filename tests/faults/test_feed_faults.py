"""Writers of the feed race, and a receiver's sender dies: nobody misses anything."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import pytest
import time_machine

from app import create_app, database
from app.config import Settings
from app.operations.actors import SYSTEM
from app.operations.feed.read import read_events
from app.operations.outbox.lease import LEASE
from tests.faults.undoing import listening
from tests.forking import forks
from tests.outbox import messages
from tests.webhooks import attempts, deliver, drain, lanes, moved, serving, subscribed

SENDERS, EVENTS = 3, 90
PATIENCE_SECONDS = 120


def spread_all(environment: dict[str, str], pipe: Connection) -> None:
    """Spread whatever is due, once everybody is there."""
    with create_app(Settings.load(environment)).app_context():
        pipe.send("ready")
        pipe.recv()
        pipe.send(len(drain()))


def read_all(environment: dict[str, str], pipe: Connection) -> None:
    """Read on and on, as fast as can be, until all is there; what was read."""
    seen: list[int] = []
    with create_app(Settings.load(environment)).app_context():
        pipe.send("ready")
        pipe.recv()
        after, waited = 0, 0
        while len(seen) < EVENTS and waited < 20_000:
            with database.transaction(write=False):
                stretch = read_events(after=after, business=None, limit=7, actor=SYSTEM)
            seen += [one.id for one in stretch.events]
            after = stretch.next_id
            if not stretch.events:
                waited += 1
                time.sleep(0.005)
            if after == EVENTS:
                break
    pipe.send(seen)


def post_and_stay(environment: dict[str, str], pipe: Connection) -> None:
    """Spread and post one message, and stay for ever before that is marked."""
    updates = 0

    def note(_connection, _cursor, statement, *_) -> None:
        nonlocal updates
        updates += statement.startswith("UPDATE outbox")
        if updates == 4:  # leased, spread; leased, posted
            pipe.send("posted, not marked")
            pipe.recv()

    app = create_app(Settings.load(environment))
    with app.app_context(), listening(database.db.engine, "before_cursor_execute", note):
        some = lanes()
        deliver(some)
        deliver(some)


def started(target, *arguments):
    ours, theirs = forks.Pipe()
    process = forks.Process(target=target, args=(*arguments, theirs), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def heard(pipe: Connection):
    assert pipe.poll(PATIENCE_SECONDS), "the other process does not answer"
    return pipe.recv()


@pytest.mark.slow
def test_a_reader_misses_nothing_while_several_write(app, environment):
    for _ in range(EVENTS):
        moved()
    writers = [started(spread_all, environment) for _ in range(SENDERS)]
    reader = started(read_all, environment)
    for _, pipe in (*writers, reader):
        assert heard(pipe) == "ready"
    for _, pipe in (*writers, reader):
        pipe.send("go")
    seen = heard(reader[1])
    spread = [heard(pipe) for _, pipe in writers]
    assert sum(spread) == EVENTS
    assert sum(count > 0 for count in spread) > 1, "nobody raced"
    assert seen == list(range(1, EVENTS + 1))


def test_a_sender_killed_after_its_post_has_it_posted_again_under_the_same_id(app, environment):
    with serving() as server:
        subscription, secret = subscribed(server.url)
        moved()
        process, pipe = started(post_and_stay, environment)
        assert heard(pipe) == "posted, not marked"
        process.kill()
        process.join()
        assert len(server.got) == 1
        assert drain() == []
        with time_machine.travel(datetime.now(UTC) + LEASE):
            assert len(drain()) == 1
        first, second = server.got
    assert first.id == second.id
    assert first.verified(secret) == second.verified(secret)
    assert [one.attempt for one in attempts(subscription)] == [1, 2]
    assert messages(channel="webhook", sent_at=None) == []
