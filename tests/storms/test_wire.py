"""The storm over HTTP, and over servers and clients that are killed in it (quality.md, Truth)."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Barrier

import pytest

from app import database
from app.support.words import ACTIVE_APPOINTMENT
from tests import factories
from tests.applications import close_databases, make_application
from tests.forking import forks
from tests.serving import Server, running, serving_afresh
from tests.storms.checker import complaints
from tests.storms.refusals import false_refusals
from tests.storms.rows import read
from tests.storms.stage import Stage, build
from tests.storms.storm import Client, rush_start
from tests.storms.told import OK, Told
from tests.storms.wire import LOST, Wire

CLIENTS, STEPS, SEED = 8, 10, 4
CROWD, ROUNDS = 20, 3


@dataclass
class Field:
    """A server with a business, and the tokens of its people."""

    server: Server
    stage: Stage
    tokens: dict[int, str]

    def client(self) -> Wire:
        return Wire(self.stage, self.server.url.removeprefix("http://"), self.tokens)


@contextmanager
def field_of(folder: Path, worker_id: str, name: str) -> Iterator[Field]:
    with serving_afresh(folder, worker_id, name) as server:
        app = make_application(server.environment)
        with app.app_context():
            people = [factories.sign_up(app, f"p{one}@example.com") for one in range(CLIENTS + 1)]
            owner, *customers = people
            stage = build(app, owner_id=owner.id, customers=[one.id for one in customers])
            yield Field(server, stage, {one.id: one.token for one in people})
            database.db.session.remove()
        close_databases()


def test_a_storm_over_http_leaves_no_overlap_and_answers_no_5xx(tmp_path, worker_id):
    with field_of(tmp_path, worker_id, "storm") as field:

        def run(number: int) -> list[Told]:
            with closing(field.client()) as line:
                client = Client(line, field.stage, number, SEED, one_worker=False)
                return [client.step() for _ in range(STEPS)]

        with ThreadPoolExecutor(CLIENTS) as pool:
            told = [one for some in pool.map(run, range(CLIENTS)) for one in some]
        sys.stdout.write(f"{dict(Counter((one.kind, one.outcome) for one in told))}\n")
        outcomes = {OK, "SLOT_UNAVAILABLE", "INVALID_TRANSITION", "CONFLICT"}
        assert {one.outcome for one in told} <= outcomes
        assert {one.kind for one in told if one.outcome == "CONFLICT"} <= {"hold"}
        left = read()
        assert complaints(field.stage, left) == []
        answered = {one.order for one in told if one.kind in ("book", "hold") and one.order}
        assert {one.number for one in left.visits.values()} == answered
        assert list(false_refusals(field.stage, left, told)) == []


def test_of_twenty_requests_for_one_slot_one_is_201_and_the_rest_are_409(tmp_path, worker_id):
    with field_of(tmp_path, worker_id, "slot") as field:
        gate = Barrier(CROWD)

        def run(number: int) -> list[Told]:
            stage, found = field.stage, []
            with closing(field.client()) as line:
                for one in range(ROUNDS):
                    customer_id = stage.customers[number % len(stage.customers)]
                    start, service_id = rush_start(stage, one), stage.kinds[0].service_id
                    told = Told(
                        "book", customer_id, service_id, start, worker_id=min(stage.workers)
                    )
                    line.book(told, pause=lambda: gate.wait(60))
                    found.append(told)
                    line.close()  # the next round may begin later than a line is kept
            return found

        with ThreadPoolExecutor(CROWD) as pool:
            told = [one for some in pool.map(run, range(CROWD)) for one in some]
        for one in range(ROUNDS):
            start = rush_start(field.stage, one)
            outcomes = Counter(other.outcome for other in told if other.start == start)
            assert outcomes == {OK: 1, "SLOT_UNAVAILABLE": CROWD - 1}
        assert complaints(field.stage, read()) == []


def book_without_end(field_values: tuple, number: int, pipe: Connection) -> None:
    """Book one free time after another, each with a key, and tell before and after."""
    client = Wire(*field_values)
    stage = client.stage
    for count in range(10_000):
        told = wish(stage, number, count)
        pipe.send((count, None))
        client.book(told, key=f"{number}-{count}")
        if told.outcome == LOST:
            break
        pipe.send((count, told.order))


def wish(stage: Stage, number: int, count: int) -> Told:
    """All clients go through the same times: two of them get each, for there are two workers."""
    day, place = divmod(count, 12)
    return Told(
        "book",
        customer_id=stage.customers[number],
        service_id=stage.kinds[0].service_id,
        start=stage.midnight + day * 1440 + 540 + place * 30,
    )


def received(pipe: Connection) -> dict[int, str | None]:
    told: dict[int, str | None] = {}
    try:
        while pipe.poll(0):
            count, order = pipe.recv()
            told[count] = order or told.get(count)
    except EOFError:
        pass
    return told


def test_every_booking_that_a_killed_server_acknowledged_is_there(tmp_path, worker_id):
    with field_of(tmp_path, worker_id, "killed") as field:
        values = (field.stage, field.server.url.removeprefix("http://"), field.tokens)
        clients = []
        for number in range(3):
            ours, theirs = forks.Pipe(duplex=False)
            process = forks.Process(
                target=book_without_end, args=(values, number, theirs), daemon=True
            )
            process.start()
            theirs.close()
            clients.append((process, ours))
        for _, pipe in clients:
            assert pipe.poll(60)
        time.sleep(1.5)
        clients[0][0].kill()
        time.sleep(0.5)
        kill(field.server.pid)
        told = []
        for process, pipe in clients:
            process.join(60)
            told.append(received(pipe))
            pipe.close()
        acknowledged = {order for some in told for order in some.values() if order is not None}
        assert acknowledged
        stored = {one.number: one.status for one in read().visits.values()}
        assert all(stored.get(order) in ACTIVE_APPOINTMENT for order in acknowledged)
        assert complaints(field.stage, read()) == []
        with (
            running(tmp_path, field.server.environment, workers=2) as server,
            closing(Field(server, field.stage, field.tokens).client()) as again,
        ):
            for number, some in enumerate(told):
                for count, order in some.items():
                    answer = wish(field.stage, number, count)
                    again.book(answer, key=f"{number}-{count}")
                    if order is not None:
                        assert answer.order == order
        left = read()
        per_time = Counter((one.customer_id, one.start) for one in left.visits.values())
        assert set(per_time.values()) == {1}
        assert complaints(field.stage, left) == []
        sys.stdout.write(f"{len(acknowledged)} acknowledged, {len(left.visits)} stored\n")


def kill(pid: int) -> None:
    """Kill a server's first process and its children, which it has no time to tell."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for one in (pid, *map(int, children)):
        os.kill(one, signal.SIGKILL)


@pytest.fixture(autouse=True)
def _other_databases_are_closed() -> Iterator[None]:
    yield
    close_databases()
