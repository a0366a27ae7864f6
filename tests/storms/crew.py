"""Processes that storm: each with an application of its own over the one database, and threads."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any

from app import create_app
from app.config import Settings
from tests.forking import forks

PATIENCE_SECONDS = 600

Work = Callable[..., Any]
"""Called in each thread with the number of its client, a wait for all the others, and arguments."""


def _serve(
    environment: dict[str, str], first: int, threads: int, barrier: Any, pipe: Connection
) -> None:
    application = create_app(Settings.load(environment))
    pipe.send(None)
    while (asked := pipe.recv()) is not None:
        work, arguments = asked

        def run(number: int) -> Any:
            with application.app_context():
                return work(number, lambda: barrier.wait(PATIENCE_SECONDS), *arguments)  # noqa: B023

        try:
            with ThreadPoolExecutor(threads) as pool:
                pipe.send(list(pool.map(run, range(first, first + threads))))
        except BaseException:
            barrier.abort()
            pipe.send(traceback.format_exc())


class Crew:
    """Some processes with some threads each: every thread is a client with a number."""

    def __init__(self, environment: dict[str, str], *, processes: int, threads: int) -> None:
        self.size = processes * threads
        barrier = forks.Barrier(self.size)
        self._pipes, self._processes = [], []
        for number in range(processes):
            ours, theirs = forks.Pipe()
            process = forks.Process(
                target=_serve,
                args=(environment, number * threads, threads, barrier, theirs),
                daemon=True,
            )
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        for pipe in self._pipes:
            self._received(pipe)

    def all_do(self, work: Work, *arguments: Any) -> list[Any]:
        """What each client answers, in the order of their numbers."""
        for pipe in self._pipes:
            pipe.send((work, arguments))
        found: list[Any] = []
        for pipe in self._pipes:
            told = self._received(pipe)
            assert not isinstance(told, str), told
            found += told
        return found

    @staticmethod
    def _received(pipe: Connection) -> Any:
        assert pipe.poll(PATIENCE_SECONDS), "a process of the crew does not answer"
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
