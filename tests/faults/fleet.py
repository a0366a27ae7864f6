"""Devices in processes of their own, each with its own application over the one database.

Their requests start together; what is answered by 5xx is sent again, as a device would.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from app import create_app
from app.config import Settings
from app.http.observing import REPLAYS
from tests.forking import forks

MOST_TRIES = 12
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Call:
    """One request, a POST unless said otherwise."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]
    method: str = "POST"


@dataclass
class Answer:
    """How one call ended, and the statuses of its tries before that."""

    status: int
    json: Any
    refused: list[int] = field(default_factory=list)


def make_calls(client: Any, calls: Iterable[Call]) -> list[Answer]:
    """Make calls one after another, each again while the server asks for it."""
    answers = []
    for call in calls:
        refused: list[int] = []
        while True:
            answer = client.open(
                call.path, method=call.method, json=call.body, headers=call.headers
            )
            if answer.status_code < 500 or len(refused) == MOST_TRIES:
                break
            refused.append(answer.status_code)
            time.sleep(random.uniform(0.01, 0.05) * len(refused))
        answers.append(Answer(answer.status_code, answer.json, refused))
    return answers


def _serve(environment: dict[str, str], pipe: Connection) -> None:
    application = create_app(Settings.load(environment))
    client = application.test_client(use_cookies=False)
    pipe.send("ready")
    while (calls := pipe.recv()) is not None:
        pipe.send((make_calls(client, calls), _replays()))


def _replays() -> int:
    samples = (sample for metric in REPLAYS.collect() for sample in metric.samples)
    return round(sum(one.value for one in samples if one.name.endswith("_total")))


class Fleet:
    """Some processes that wait for work; `replays` is how many transactions were run again."""

    def __init__(self, environment: dict[str, str], size: int) -> None:
        self.replays = 0
        self._counted = [0] * size
        self._pipes = []
        self._processes = []
        for _ in range(size):
            ours, theirs = forks.Pipe()
            process = forks.Process(target=_serve, args=(environment, theirs), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        for pipe in self._pipes:
            assert self._received(pipe) == "ready"

    def send(self, work: Sequence[Sequence[Call]]) -> list[list[Answer]]:
        """Let each process make its calls, all at once."""
        assert len(work) <= len(self._pipes)
        for pipe, calls in zip(self._pipes, work, strict=False):
            pipe.send(list(calls))
        ended = [self._received(pipe) for pipe in self._pipes[: len(work)]]
        self.replays = sum(count for _, count in ended) - sum(self._counted[: len(work)])
        self._counted[: len(work)] = [count for _, count in ended]
        return [answers for answers, _ in ended]

    @staticmethod
    def _received(pipe: Connection) -> Any:
        assert pipe.poll(PATIENCE_SECONDS), "a process of the fleet does not answer"
        return pipe.recv()

    def close(self) -> None:
        for pipe in self._pipes:
            pipe.send(None)
            pipe.close()
        for process in self._processes:
            process.join(10)
            if process.is_alive():
                process.kill()
                process.join()


def refusals(answers: Iterable[Sequence[Answer]]) -> Counter[int]:
    """How often which 5xx was answered before the final answers."""
    return Counter(status for some in answers for one in some for status in one.refused)
