"""Ending a command that runs for long: when it is asked to, after what it has in hand."""

from __future__ import annotations

import select
import signal
import socket
from contextlib import suppress
from types import TracebackType
from typing import Any, Self


class Stop:
    """Within its block SIGTERM and SIGINT are noted; a second one ends the process at once."""

    _SIGNALS = (signal.SIGTERM, signal.SIGINT)

    def __init__(self) -> None:
        self.is_asked = False

    def __enter__(self) -> Self:
        self._ours, self._theirs = socket.socketpair()
        self._theirs.setblocking(False)
        self._wakeup = signal.set_wakeup_fd(self._theirs.fileno())
        self._before = {one: signal.signal(one, self._note) for one in self._SIGNALS}
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for one, handler in self._before.items():
            signal.signal(one, handler)
        signal.set_wakeup_fd(self._wakeup)
        self._ours.close()
        self._theirs.close()

    def _note(self, number: int, _frame: Any) -> None:
        self.is_asked = True
        signal.signal(number, self._before[signal.Signals(number)])

    def ask(self) -> None:
        """Let it end as if it had been asked to from outside."""
        self.is_asked = True
        with suppress(BlockingIOError):  # it is full, so whoever waits is awake
            self._theirs.send(b"\0")

    def wait(self, seconds: float) -> bool:
        """Wait for so long, or until it is asked; whether it was."""
        if not self.is_asked:
            select.select([self._ours], [], [], seconds)
        return self.is_asked
