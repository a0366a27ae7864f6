"""A fair gate before SQLite's one writer: whoever waits asks again every millisecond.

SQLite's own busy handler sleeps ever longer, up to 100 ms at a time, whether the writer has gone
or not. The gate decides nothing: SQLite's lock, taken next, does. It is a locked file beside the
database (flock), so that the kernel opens it when its holder dies.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

_ASKED_EVERY_SECONDS = 0.001


class Gate:
    """One connection's way through the gate of its database."""

    def __init__(self, database: Path) -> None:
        mode = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._file = os.open(database.with_name(database.name + "-gate"), mode, 0o600)
        self._is_held = False

    def enter(self, *, seconds: float) -> bool:
        """Wait for so long; whether the way was free."""
        until = time.monotonic() + seconds
        while not self._try():
            if time.monotonic() >= until:
                return False
            time.sleep(_ASKED_EVERY_SECONDS)
        return True

    def leave(self) -> None:
        """Let the next one in."""
        if self._is_held:
            fcntl.flock(self._file, fcntl.LOCK_UN)
            self._is_held = False

    def close(self) -> None:
        """Leave for good."""
        self._is_held = False
        os.close(self._file)

    def _try(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self._is_held = True
        return True
