"""The same tests through the site: what a test client asks goes over TLS to nginx, and back.

An application whose `wsgi_app` is carried answers from gunicorn's processes behind nginx; where a
test has changed the application or the time, from this process, behind an nginx all the same.
"""

from __future__ import annotations

import itertools
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import time_machine

from app.http.application import Application
from tests.deploy.site import CLIENT_HEADER, fronting
from tests.deploy.upstream import serving_here

Wsgi = Callable[..., Iterable[bytes]]
Dial = Callable[[], HTTPConnection]
_HOUSES = IPv4Network("198.18.0.0/15")  # for such tests (RFC 2544)
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding"}


def carried(dial: Dial, stack: ExitStack) -> Wsgi:
    """A WSGI application that asks elsewhere, and says where the request came from.

    Its connections are kept until `stack` is closed.
    """
    kept: list[HTTPConnection] = []

    def carry(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").title(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or (name == "CONTENT_TYPE" and value)
        }
        headers[CLIENT_HEADER] = _address(environ["REMOTE_ADDR"])
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else None
        told = [
            environ["REQUEST_METHOD"],
            environ["REQUEST_URI"].replace(" ", "%20"),
            body,
            headers,
        ]
        line = kept.pop() if kept else stack.enter_context(closing(dial()))
        try:
            line.request(*told)
            answer = line.getresponse()
        except RemoteDisconnected:  # it had been idle for too long
            line.close()
            line.request(*told)
            answer = line.getresponse()
        fields = [one for one in answer.getheaders() if one[0].lower() not in _HOP_BY_HOP]
        start_response(f"{answer.status} {answer.reason}", fields)
        content = answer.read()
        kept.append(line)
        return [content]

    return carry


def _address(given: str) -> str:
    """Where a request comes from: a house of its own for each test, whose limits are its own."""
    if given != "127.0.0.1":
        return given
    test = zlib.crc32(os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0].encode())
    return str(_HOUSES[test % _HOUSES.num_addresses])


class Wires:
    """The ways to each application; one of this process is laid when it is first needed."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        """Sites get folders in `folder`, and run until `stack` is closed."""
        self._folder = folder
        self._stack = stack
        self._numbers = itertools.count(1)

    def lead(self, app: Application, dial: Dial | None = None) -> None:
        """From now on ask `app` through nginx: there where `dial` leads, or in this process."""
        inner, here = app.wsgi_app, None

        there = None if dial is None else carried(dial, self._stack)

        def choose(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            nonlocal here
            if there is not None and not time_machine.escape_hatch.is_travelling():
                return there(environ, start_response)
            if here is None:
                folder = self._folder / str(next(self._numbers))
                here = carried(self._stack.enter_context(_serving(folder, inner)), self._stack)
            return here(environ, start_response)

        app.wsgi_app = choose  # type: ignore[method-assign]


@contextmanager
def _serving(folder: Path, app: Wsgi) -> Iterator[Dial]:
    """Serve an application of this process behind an nginx of its own."""
    folder.mkdir(parents=True)
    with (
        serving_here(folder / "web.sock", app) as address,
        fronting(folder / "site", [address], believes_clients=True) as site,
    ):
        yield site.connect
