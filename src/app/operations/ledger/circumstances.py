"""Where a change came from: told by the surface, so that operations need not know of requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from app.support import clock


@dataclass(frozen=True, slots=True)
class Circumstances:
    """One request or one command; `route` is the rule that matched, never the path itself."""

    at: datetime
    method: str | None = None
    route: str | None = None
    request_id: str | None = None
    status_code: int | None = None
    ip_address: str | None = None
    user_agent: str | None = None


Teller = Callable[[], Circumstances]


def _unattended() -> Circumstances:
    return Circumstances(at=clock.now())


_teller: ContextVar[Teller] = ContextVar("circumstances", default=_unattended)


@contextmanager
def told_by(teller: Teller) -> Iterator[None]:
    """Ask this function for the circumstances of what is recorded in the block."""
    token = _teller.set(teller)
    try:
        yield
    finally:
        _teller.reset(token)


def present() -> Circumstances:
    """The circumstances of the moment."""
    return _teller.get()()
