"""Unforeseen faults reach Sentry where somebody asked for it, without anything of the people."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import sentry_sdk
from flask import request

from app.http.access import public
from app.http.application import Application

Reports = list[bytes]


@pytest.fixture
def receiver() -> Iterator[tuple[str, Reports]]:
    """A stand-in for Sentry's server: its DSN, and what it received."""
    received: Reports = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            received.append(gzip.decompress(body) if packed else body)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://key@127.0.0.1:{server.server_port}/1", received
        server.shutdown()
        thread.join()


@pytest.fixture
def app_that_breaks(make_app, receiver: tuple[str, Reports]) -> Iterator[Application]:
    app: Application = make_app(SENTRY_DSN=receiver[0])
    app.testing = False

    @app.post("/break/<who>")
    @public
    def break_down(who: str) -> str:
        password = request.get_json()["password"]
        raise RuntimeError(f"no place for {who}, password={password}")

    yield app
    sentry_sdk.get_client().close()
    sentry_sdk.init()


def test_a_fault_is_reported_without_secrets_and_contact_data(
    app_that_breaks: Application, receiver: tuple[str, Reports]
) -> None:
    answer = app_that_breaks.test_client().post(
        "/break/ada@example.com?phone=5550100",
        json={"password": "swordfish"},
        headers={"Authorization": "Bearer sesame", "Cookie": "session=crumbs"},
    )
    sentry_sdk.flush(10)
    assert answer.status_code == 500
    (envelope,) = receiver[1]
    event = json.loads(envelope.splitlines()[2])
    (exception,) = event["exception"]["values"]
    assert exception["type"] == "RuntimeError"
    assert exception["value"].startswith("no place for [e-mail]")
    assert event["transaction"] == "/break/<who>"
    assert event["tags"]["request_id"] == answer.headers["X-Request-ID"]
    told = envelope.decode()
    for private in ("ada@", "5550100", "swordfish", "sesame", "crumbs", "127.0.0.1"):
        assert private not in told.split("\n", 1)[1]


def test_nothing_is_reported_unless_asked(app: Application) -> None:
    assert "handover_report" not in app.extensions
