"""Programs that a drill starts, and ends by their own process ids alone."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ENDS_WITHIN_SECONDS = 60
_ASKED_EVERY_SECONDS = 0.1


class Program:
    """One program that may be started, killed and started again; it writes to a log of its own."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        answers: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        within_seconds: float = 60,
    ) -> None:
        self.command = list(command)
        self.log = log
        self.answers = answers
        self.within_seconds = within_seconds
        self._environment = environment
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process; raises RuntimeError when it is not started."""
        if self._process is None:
            raise RuntimeError(f"{self.command[0]} is not started")
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def launch(self, *more: str) -> None:
        """Start it and come back at once; `more` are arguments of this start alone."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [*self.command, *more],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def start(self, *more: str) -> None:
        """Start it and wait until it answers."""
        self.launch(*more)
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        """Raises RuntimeError with the end of its log when it does not, or ends instead."""
        deadline = time.monotonic() + self.within_seconds
        while time.monotonic() < deadline and self.is_running:
            if self.answers():
                return
            time.sleep(_ASKED_EVERY_SECONDS)
        end = self.log.read_text(errors="replace")[-3000:]
        raise RuntimeError(f"{self.command[0]} does not answer:\n{end}")

    def kill(self) -> None:
        """End it as a power cut would."""
        self._send(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and end it when it does not."""
        self._send(signal.SIGTERM)

    def tell(self, number: signal.Signals) -> None:
        """Tell it something."""
        os.kill(self.pid, number)

    def _send(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
        try:
            self._process.wait(ENDS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def start_together(programs: Sequence[Program]) -> None:
    """Start them at once, and wait until all of them answer."""
    for one in programs:
        one.launch()
    for one in programs:
        one.wait_until_it_answers()


def children_of(pid: int) -> list[int]:
    """The processes that a process has started itself."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in listed.split()]
