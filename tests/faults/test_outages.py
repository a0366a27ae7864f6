"""After an outage all devices upload at once: nothing is lost, and nobody else is held up."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from app import create_app
from app.config import Settings
from app.database import db
from app.http.turns import MOST_TURNS
from app.support.turns import Turns
from tests import factories
from tests.faults.undoing import listening
from tests.forking import forks
from tests.scanning import SCAN, SCANS, aged_order, assert_truthful, batch, event, long_form, tracks
from tests.serving import serving

DEVICES = 20
EVENTS = 60
MOST_TRIES = 60


@pytest.fixture
def server(app, database_url, tmp_path):
    """Five processes over the database of the test."""
    with serving(tmp_path, database_url, workers=5) as server:
        yield server


def drain(server, device, body, told) -> None:
    """Upload as a device does: the same again after Retry-After, and a jitter of its own."""
    for _ in range(MOST_TRIES):
        answer = server.ask("POST", SCANS, json_body=body, headers=device.headers)
        told.append(answer)
        if answer.status != 503:
            return
        time.sleep(int(answer.headers["Retry-After"]) + random.uniform(0, 0.5))


@contextmanager
def others_upload(folder: Path):
    """All turns are taken, however many this machine has."""
    turns = Turns(folder / "upload-turns" / "work", MOST_TURNS)
    with ExitStack() as held:
        while (turn := turns.try_take()) is not None:
            held.enter_context(turn)
        yield


def assert_serves(server, code, device) -> None:
    """A single scan and the watchman's question are answered at once."""
    single = server.ask("POST", SCAN, json_body=long_form(code, "scanned"), headers=device.headers)
    assert single.status == 201
    assert server.ask("GET", "/health").status == 200


def test_twenty_devices_that_upload_at_once_all_get_through(app, server, tmp_path):
    orders = [aged_order() for _ in range(10)]
    devices, other = [factories.device() for _ in range(DEVICES)], factories.device()
    bodies = [
        batch(*(event(orders[number % 10].label_code, "picked_up") for number in range(EVENTS)))
        for _ in devices
    ]
    told: list[list] = [[] for _ in devices]
    threads = [
        threading.Thread(target=drain, args=(server, device, body, answers))
        for device, body, answers in zip(devices, bodies, told, strict=True)
    ]
    with others_upload(tmp_path / "instance"):
        for thread in threads:
            thread.start()
        while not all(told):
            assert_serves(server, orders[0].label_code, other)
    while any(thread.is_alive() for thread in threads):
        assert_serves(server, orders[0].label_code, other)
    assert {answers[0].status for answers in told} == {503}
    for body, answers in zip(bodies, told, strict=True):
        assert answers[-1].status == 200
        expected = [(one["event_id"], False) for one in body["events"]]
        results = answers[-1].json["results"]
        assert [(one["event_id"], one["replayed"]) for one in results] == expected
    stored = Counter(row.event_id for row in tracks(action="picked_up"))
    assert stored == Counter(one["event_id"] for body in bodies for one in body["events"])
    for order in orders:
        assert_truthful(order.id)


def upload_for_ever(environment: dict[str, str], body, headers, pipe: Connection) -> None:
    """Upload, tell when the rows are written, and never commit."""
    app = create_app(Settings.load(environment))

    def stay(_connection, _cursor, statement, *_) -> None:
        if statement.startswith("INSERT INTO tracks"):
            pipe.send("written")
            pipe.recv()

    with app.app_context():
        engine = db.engine
    with listening(engine, "after_cursor_execute", stay):
        app.test_client().post(SCANS, json=body, headers=headers)


def test_an_upload_whose_process_is_killed_frees_its_turn_and_is_sent_again(
    app, client, environment, device
):
    order = aged_order()
    body = batch(*(event(order.label_code, "scanned") for _ in range(EVENTS)))
    ours, theirs = forks.Pipe()
    process = forks.Process(
        target=upload_for_ever, args=(environment, body, device.headers, theirs), daemon=True
    )
    process.start()
    assert ours.poll(60)
    turns = Turns(app.settings.instance_path / "upload-turns" / "work", 1)
    assert turns.try_take() is None
    process.kill()
    process.join()
    answer = client.post(SCANS, json=body, headers=device.headers)
    assert answer.status_code == 200, answer.text
    assert answer.json["counts"]["accepted"] + answer.json["counts"]["flagged"] == EVENTS
    assert assert_truthful(order.id).version == EVENTS + 1
