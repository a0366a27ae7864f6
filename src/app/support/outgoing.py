"""One POST to somebody else's server: to the very address that was judged, and not for long."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from typing import Final, TypeAlias

from app.support.public_addresses import (
    Address,
    Network,
    Target,
    is_allowed,
    may_reach,
    plain_address,
)

SECONDS: Final = 10.0
"""In all, from looking up the name to the status."""

_MOST_HEADERS: Final = 16 * 1024
_MOST_INTERIM: Final = 5
_MOST_ADDRESSES: Final = 4

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""The addresses of a host, as texts; raises OSError."""


class NotReached(Exception):
    """No answer: `word` says why, and holds nothing of the receiver's."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def post(
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Collection[Network] = (),
    resolve: Resolver = look_up,
    context: ssl.SSLContext | None = None,
    seconds: float = SECONDS,
) -> int:
    """Post a body; the status of the answer, whose content is not even read.

    The name is looked up once, and the connection goes to what was found: who answers another
    time with another address gains nothing. All of them have to be addresses that may be reached,
    without TLS allowed ones. TLS proves the name. A redirect is an answer like any other. Raises
    NotReached: dns, blocked, tls, timeout, unreachable, or protocol for what is no HTTP.
    """
    until = time.monotonic() + seconds
    connection: socket.socket | None = None
    try:
        addresses = _judged(_looked_up(target, resolve, until), target, allowed)
        connection = _connected(addresses, target.port, until)
        if target.is_encrypted:
            context = context or ssl.create_default_context()
            connection.settimeout(_left(until))
            connection = context.wrap_socket(connection, server_hostname=target.host)
        connection.settimeout(_left(until))
        connection.sendall(_request(target, body, headers))
        return _status(connection, until)
    except TimeoutError:
        raise NotReached("timeout") from None
    except (ssl.SSLError, ValueError):  # ValueError: a name that TLS cannot ask for
        raise NotReached("tls") from None
    except OSError:
        raise NotReached("unreachable") from None
    finally:
        if connection is not None:
            with suppress(OSError):
                connection.close()


def _left(until: float) -> float:
    """The seconds that are left; raises TimeoutError without any."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _looked_up(target: Target, resolve: Resolver, until: float) -> Sequence[str]:
    """A resolver cannot be interrupted: it is left alone with its question when it takes too long."""
    answers: SimpleQueue[Sequence[str] | None] = SimpleQueue()

    def ask() -> None:
        found: Sequence[str] | None = None
        with suppress(OSError, UnicodeError):
            found = resolve(target.host, target.port)
        answers.put(found)

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=_left(until))
    except Empty:
        raise TimeoutError from None
    if not found:
        raise NotReached("dns")
    return found


def _judged(
    found: Sequence[str], target: Target, allowed: Collection[Network]
) -> Sequence[Address]:
    try:
        addresses = [ip_address(one) for one in found]
    except ValueError:  # with a zone: of this very link
        raise NotReached("blocked") from None
    may = may_reach if target.is_encrypted else is_allowed
    if not all(may(one, allowed) for one in addresses):
        raise NotReached("blocked")
    return [plain_address(one) for one in addresses[:_MOST_ADDRESSES]]


def _connected(addresses: Sequence[Address], port: int, until: float) -> socket.socket:
    """The first that takes the connection; each may use its share of what time is left."""
    failure: OSError = TimeoutError()
    for tried, address in enumerate(addresses):
        try:
            share = _left(until) / (len(addresses) - tried)
            return socket.create_connection((str(address), port), timeout=share)
        except OSError as error:
            failure = error
    raise failure


def _request(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    given = {
        "Host": target.authority,
        **headers,
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    lines = [f"POST {target.path} HTTP/1.1", *(f"{name}: {one}" for name, one in given.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _status(connection: socket.socket, until: float) -> int:
    """The final status; what comes before it (100, 103) is passed over (RFC 9110 15.2)."""
    received = b""
    for _ in range(_MOST_INTERIM):
        while b"\r\n\r\n" not in received:
            connection.settimeout(_left(until))
            more = connection.recv(4096)
            received += more
            if not more or len(received) > _MOST_HEADERS:
                raise NotReached("protocol")
        head, _, received = received.partition(b"\r\n\r\n")
        status = _status_of(head)
        if status >= 200:
            return status
    raise NotReached("protocol")


def _status_of(head: bytes) -> int:
    version, _, rest = head.partition(b"\r\n")[0].partition(b" ")
    code = rest[:3]
    if not version.startswith(b"HTTP/1.") or len(code) != 3 or not code.isdigit():
        raise NotReached("protocol")
    return int(code)
