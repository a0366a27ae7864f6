"""One connection of the load generator: raw bytes out, an answer in as far as its length says.

Only the text `NOW` in a request is replaced when it is sent, by the present instant, as a device
writes it.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from datetime import UTC, datetime

NOW = b"<-------the instant------->"
"""As long as the instant that takes its place, so that Content-Length stays true."""

Address = str | tuple[str, int]
"""A unix socket's path, or host and port."""

PATIENCE_SECONDS = 30.0
BROKEN = 0
"""Stands in the place of a status when the line broke or nobody answered."""

_END_OF_HEAD = b"\r\n\r\n"


class Line:
    """One connection and the request that is on its way, or waits until it is due again.

    Instants are of time.perf_counter_ns: `began` the first try, `sent` the last.
    """

    __slots__ = ("answer", "began", "due", "request", "sent", "socket", "wanted")

    def __init__(self) -> None:
        self.socket: socket.socket | None = None
        self.request = b""
        self.began = 0
        self.sent = 0
        self.due = 0
        self.answer = b""
        self.wanted = 0

    @property
    def status(self) -> int:
        """The answer's status."""
        return int(self.answer[9:12]) if self.answer else BROKEN

    def send(self, address: Address) -> bool:
        """Put the request on its way; whether that succeeded."""
        request = self.request
        if NOW in request:
            request = request.replace(NOW, present_instant())
        self.answer, self.wanted = b"", 0
        self.sent = time.perf_counter_ns()
        try:
            if self.socket is None:
                self.socket = _connect(address)
            self.socket.sendall(request)
        except OSError:
            self.close()
            return False
        return True

    def receive(self) -> bool:
        """Read what has come; whether the answer is whole, or will never be."""
        part = b""
        with suppress(OSError):
            part = self.socket.recv(262144) if self.socket else b""
        if not part:
            self.answer = b""
            return True
        self.answer += part
        if not self.wanted:
            end = self.answer.find(_END_OF_HEAD)
            if end < 0:
                return False
            self.wanted = end + len(_END_OF_HEAD) + int(self.header(b"content-length") or 0)
        return len(self.answer) >= self.wanted

    def header(self, name: bytes) -> bytes:
        """What the answer says under a name in lower case, b"" without it."""
        head = self.answer.partition(_END_OF_HEAD)[0].lower()
        return head.partition(b"\r\n" + name + b": ")[2].partition(b"\r\n")[0]

    def is_over(self) -> bool:
        """Whether the server closes this connection, or it broke."""
        return not self.answer or self.header(b"connection") == b"close"

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def present_instant() -> bytes:
    """The present instant as a device writes it, always of the same length."""
    written = datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return written.encode() + b"Z"


def _connect(address: Address) -> socket.socket:
    if isinstance(address, str):
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    else:
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.settimeout(PATIENCE_SECONDS)
    made.connect(address)
    return made
