"""Taking turns at heavy work: a bound on how many do it at once, over all processes of a machine."""

from __future__ import annotations

import fcntl
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_POLL_SECONDS = 0.01


class Turns:
    """At most `count` holders at once among all who name the same folder.

    Each turn is a locked file (flock): the kernel gives it back when its holder dies.
    """

    def __init__(self, folder: Path, count: int) -> None:
        """The folder is made when the first turn is taken."""
        self._folder = folder
        self._files = [folder / str(number) for number in range(count)]

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for a turn, hold it for the length of the block."""
        with self.try_take() or self._wait():
            yield

    def try_take(self) -> IO[bytes] | None:
        """A turn, if one is free at this moment; closing it gives it back."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self._files:
            turn = path.open("ab")
            try:
                fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                turn.close()
            else:
                return turn
        return None

    def take_within(self, seconds: float) -> IO[bytes] | None:
        """A turn that is free or becomes free within that time; closing it gives it back."""
        until = time.monotonic() + seconds
        while (turn := self.try_take()) is None and time.monotonic() < until:
            time.sleep(_POLL_SECONDS)
        return turn

    def _wait(self) -> IO[bytes]:
        turn = secrets.choice(self._files).open("ab")
        fcntl.flock(turn, fcntl.LOCK_EX)
        return turn
