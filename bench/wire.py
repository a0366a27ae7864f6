"""One process of the load generator: raw sockets, one request at a time on each (closed loop).

Much cheaper than any server that it drives: requests are bytes before the clock starts, answers
are read as far as their status and length say. Only the text `NOW` in a request is replaced when
it is sent, by the present instant, as a device writes it.
"""

from __future__ import annotations

import selectors
import socket
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

NOW = b"<-------the instant------->"
"""As long as the instant that takes its place, so that Content-Length stays true."""

Address = str | tuple[str, int]
"""A unix socket's path, or host and port."""


class Instant(Protocol):
    """Shared between processes, so that a load can be ended early."""

    value: int


PATIENCE_SECONDS = 30.0
BROKEN = 0
"""Counted in the place of a status when the line broke or nobody answered."""

_END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Task:
    """What one process does; instants are of time.perf_counter_ns."""

    address: Address
    requests: Sequence[bytes]
    connections: int
    counted_from: int
    stop_at: Instant


@dataclass(slots=True)
class Tally:
    """What came of it; `latencies` (ns) are those of the counted time, `statuses` all."""

    latencies: array[int] = field(default_factory=lambda: array("Q"))
    statuses: Counter[int] = field(default_factory=Counter)
    failure: bytes = b""
    ended_at: int = 0
    ran_out: bool = False
    cpu_seconds: float = 0.0


class _Line:
    """One connection and the request that is on its way."""

    __slots__ = ("answer", "began", "socket", "wanted")

    def __init__(self) -> None:
        self.socket: socket.socket | None = None
        self.began = 0
        self.answer = b""
        self.wanted = 0


def drive(task: Task) -> Tally:
    """Keep every connection busy until the time is over or no request is left."""
    tally, cpu = Tally(), time.process_time()
    supply = iter(task.requests)
    with selectors.DefaultSelector() as waiting:
        lines = [_Line() for _ in range(task.connections)]
        for line in lines:
            _send(line, supply, task, waiting, tally)
        while waiting.get_map():
            ready = waiting.select(PATIENCE_SECONDS)
            for key, _ in ready:
                line = key.data
                if _receive(line):
                    _count(line, task, tally)
                    _settle(line, waiting)
                    _send(line, supply, task, waiting, tally)
            if not ready:
                for line in [key.data for key in waiting.get_map().values()]:
                    line.answer = b""
                    _count(line, task, tally)
                    _settle(line, waiting)
    for line in lines:
        if line.socket is not None:
            line.socket.close()
    tally.cpu_seconds = time.process_time() - cpu
    return tally


def present_instant() -> bytes:
    """The present instant as a device writes it, always of the same length."""
    written = datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return written.encode() + b"Z"


def _send(
    line: _Line,
    supply: Iterator[bytes],
    task: Task,
    waiting: selectors.BaseSelector,
    tally: Tally,
) -> None:
    if time.perf_counter_ns() >= task.stop_at.value:
        return
    request = next(supply, None)
    if request is None:
        tally.ran_out = True
        return
    if NOW in request:
        request = request.replace(NOW, present_instant())
    line.answer, line.wanted = b"", 0
    line.began = time.perf_counter_ns()
    try:
        if line.socket is None:
            line.socket = _connect(task.address)
        line.socket.sendall(request)
    except OSError:
        line.socket = line.socket or socket.socket()
        _count(line, task, tally)
        line.socket.close()
        line.socket = None
        return
    waiting.register(line.socket, selectors.EVENT_READ, line)


def _connect(address: Address) -> socket.socket:
    if isinstance(address, str):
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    else:
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.settimeout(PATIENCE_SECONDS)
    made.connect(address)
    return made


def _receive(line: _Line) -> bool:
    """Read what has come; whether the answer is whole, or will never be."""
    part = b""
    with suppress(OSError):
        part = line.socket.recv(262144) if line.socket else b""
    if not part:
        line.answer = b""
        return True
    line.answer += part
    if not line.wanted:
        end = line.answer.find(_END_OF_HEAD)
        if end < 0:
            return False
        line.wanted = end + len(_END_OF_HEAD) + _length(line.answer[:end].lower())
    return len(line.answer) >= line.wanted


def _length(head: bytes) -> int:
    _, found, rest = head.partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def _count(line: _Line, task: Task, tally: Tally) -> None:
    now = time.perf_counter_ns()
    status = int(line.answer[9:12]) if line.answer else BROKEN
    tally.statuses[status] += 1
    if (status == BROKEN or status >= 400) and not tally.failure:
        tally.failure = line.answer[:2000]
    if line.answer and task.counted_from <= now < task.stop_at.value:
        tally.latencies.append(now - line.began)
        tally.ended_at = now


def _settle(line: _Line, waiting: selectors.BaseSelector) -> None:
    """Take the line from the waiting ones; close it where the server will."""
    if line.socket is None:
        return
    waiting.unregister(line.socket)
    head = line.answer.partition(_END_OF_HEAD)[0].lower()
    if not line.answer or b"\r\nconnection: close" in head:
        line.socket.close()
        line.socket = None
