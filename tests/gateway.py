"""A gateway for text messages, as one is over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Gateway:
    """What it was sent; `statuses` are answers to the next requests, afterwards it takes them."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.statuses: list[int] = []
        self.url = ""

    def take(self, body: dict[str, Any], headers: dict[str, str]) -> int:
        self.headers.append(headers)
        status = self.statuses.pop(0) if self.statuses else 202
        if status < 300:
            self.got.append(body)
        return status


@contextmanager
def gateway() -> Iterator[Gateway]:
    """The gateway, for the length of a block."""
    mine = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(mine.take(body, dict(self.headers.items())))
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        mine.url = f"http://127.0.0.1:{server.server_port}/send?from=shop"
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        thread.start()
        try:
            yield mine
        finally:
            server.shutdown()
            thread.join()
