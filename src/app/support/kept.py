"""A costly answer kept for a while: one caller makes the next, the others get the last."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """The answer to one question, in this process's memory."""

    def __init__(self, seconds: float, *, passed: Callable[[], float] = time.monotonic) -> None:
        """`passed` tells how many seconds have passed since some moment."""
        self._seconds = seconds
        self._passed = passed
        self._making = Lock()
        self._last: tuple[float, T] | None = None

    def get(self, make: Callable[[], T]) -> T:
        """The kept answer, made anew when it is too old.

        While one caller makes it, others get the old answer at once; they wait only when
        there is none yet. What `make` raises goes to its own caller alone.
        """
        last = self._last
        if last is not None and self._passed() - last[0] < self._seconds:
            return last[1]
        if last is not None and not self._making.acquire(blocking=False):
            return last[1]
        if last is None:
            self._making.acquire()
        try:
            if self._last is None or self._last is last:
                self._last = (self._passed(), make())
            return self._last[1]
        finally:
            self._making.release()
