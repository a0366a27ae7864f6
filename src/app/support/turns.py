"""Taking turns at heavy work: a bound on how many do it at once, over all processes of a machine."""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self._files:
            with path.open("ab") as turn:
                try:
                    fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield
                return
        with secrets.choice(self._files).open("ab") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield
