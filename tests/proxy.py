"""A way to a server that can be cut and mended: a TCP proxy on the loopback."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import Self

_PATIENCE_SECONDS = 60


class Proxy:
    """Forwards connections to a server; while it is cut, whoever calls is hung up on."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._is_cut = False
        self._refused = 0
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Hang up on everybody."""
        self._is_cut = True
        while self._open:
            _hang_up(self._open.pop())

    def mend(self) -> None:
        """Forward again."""
        self._is_cut = False

    def wait_for_callers(self, count: int) -> None:
        """Wait until so many have called in vain."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while self._refused < count:
            assert time.monotonic() < until, "nobody calls"
            time.sleep(0.01)

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:  # closed
                return
            if self._is_cut:
                self._refused += 1
                caller.close()
                continue
            server = socket.create_connection(self._server)
            self._open += [caller, server]
            for one, other in ((caller, server), (server, caller)):
                threading.Thread(target=_forward, args=(one, other), daemon=True).start()


def _forward(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):  # hung up on
        while data := one.recv(65536):
            other.sendall(data)
    _hang_up(one)
    _hang_up(other)


def _hang_up(one: socket.socket) -> None:
    with suppress(OSError):  # it has hung up already
        one.shutdown(socket.SHUT_RDWR)
    one.close()
