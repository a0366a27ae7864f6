"""A server that a drill has to find out: it acknowledges a scan before it is stored.

What waits in its memory is lost when its process dies, and one scan in ten is stored again under
a key of the server's own, as by a queue that repeats itself and has no unique key.
"""

from __future__ import annotations

import itertools
import json
import queue
import threading
import time
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from app import create_app as create_product

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from app.http.application import Application

SCAN = "/api/v1/workers/scan"
_LATE_SECONDS = 0.3
_TWICE_EACH = 10


class HastyServer:
    """The product, but for single scans, which it stores a moment after it has answered."""

    def __init__(self, product: Application) -> None:
        self._product = product
        self._waiting: queue.SimpleQueue[tuple[bytes, str]] = queue.SimpleQueue()
        self._worker: threading.Thread | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != SCAN:
            return self._product(environ, start_response)
        if self._worker is None:  # not before gunicorn has forked
            self._worker = threading.Thread(target=self._store_all, daemon=True)
            self._worker.start()
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        self._waiting.put((body, environ["HTTP_AUTHORIZATION"]))
        start_response("201 Created", [("Content-Type", "application/json")])
        return [b'{"result":"accepted"}']

    def _store_all(self) -> None:
        for number in itertools.count():
            body, token = self._waiting.get()
            time.sleep(_LATE_SECONDS)
            self._store(body, token)
            if number % _TWICE_EACH == 0:
                again = {**json.loads(body), "event_id": str(uuid.uuid4())}
                self._store(json.dumps(again).encode(), token)

    def _store(self, body: bytes, token: str) -> None:
        client = self._product.test_client()
        headers = {"Authorization": token, "Content-Type": "application/json"}
        client.post(SCAN, data=body, headers=headers)


def create_app() -> HastyServer:
    """The canary, for gunicorn."""
    return HastyServer(create_product())
