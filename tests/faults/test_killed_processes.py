"""A process that dies takes nothing with it that it had acknowledged (quality.md, Truth)."""

from __future__ import annotations

import random
import time
from multiprocessing.connection import Connection

from app import create_app
from app.config import Settings
from tests.forking import forks
from tests.scanning import SCAN, aged_order, assert_truthful, long_form, tracks

PROCESSES = 3


def stream(environment: dict[str, str], code: str, token: str, pipe: Connection) -> None:
    """Scan without end, and tell of each acknowledged scan."""
    client = create_app(Settings.load(environment)).test_client()
    while True:
        body = long_form(code, random.choice(("picked_up", "processing", "scanned")))
        headers = {"Authorization": f"Bearer {token}"}
        answer = client.post(SCAN, json=body, headers=headers)
        if answer.status_code < 300:
            pipe.send(body["event_id"])


def received(pipe: Connection) -> list[str]:
    """What was told before the end."""
    told = []
    try:
        while pipe.poll(0):
            told.append(pipe.recv())
    except EOFError:
        pass
    return told


def test_every_scan_that_a_killed_process_acknowledged_is_stored(app, environment, device):
    order = aged_order()
    code, token = order.label_code, device.token
    running = []
    for _ in range(PROCESSES):
        ours, theirs = forks.Pipe(duplex=False)
        process = forks.Process(target=stream, args=(environment, code, token, theirs), daemon=True)
        process.start()
        theirs.close()
        running.append((process, ours))
    acknowledged: list[str] = []
    for process, pipe in running:
        assert pipe.poll(60)
        time.sleep(random.uniform(0.1, 0.4))
        process.kill()
        process.join()
        acknowledged += received(pipe)
        pipe.close()
    stored = [row.event_id for row in tracks(order_id=order.id)]
    assert len(acknowledged) > PROCESSES
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored)) <= len(acknowledged) + PROCESSES
    assert_truthful(order.id)
