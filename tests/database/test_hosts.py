"""Of several database hosts the first that is ready takes the work."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from app.config.databases import OTHERS, read_database_url
from app.database import db
from app.database.hosts import ANSWERS_WITHIN_SECONDS, at_one_host
from tests.faults.undoing import is_sqlite
from tests.scanning import SCAN, aged_order, assert_truthful, long_form


@pytest.fixture
def real(app) -> str:
    """The server of the tests, as a host."""
    if is_sqlite(db.engine):
        pytest.skip("SQLite has no hosts")
    return f"{db.engine.url.host}:{db.engine.url.port or 3306}"


@pytest.fixture
def silent() -> Iterator[str]:
    """A host that lets everybody in and never greets, as one whose disk hangs."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def beside(*hosts: str) -> str:
    """The address of the tests' database, on these hosts."""
    url = db.engine.url.set(host="hosts", port=1).render_as_string(hide_password=False)
    return url.replace("hosts:1", ",".join(hosts))


def scan(make_app, device, *hosts: str) -> float:
    """Record a scan with a server that knows these hosts; how many seconds that took."""
    order, client = aged_order(), make_app(DATABASE_URL=beside(*hosts)).test_client()
    began = time.monotonic()
    answer = client.post(SCAN, json=long_form(order.label_code), headers=device.headers)
    took = time.monotonic() - began
    assert answer.status_code == 201, answer.text
    assert assert_truthful(order.id).version == 2
    return took


def test_a_host_that_is_dead_is_passed_over(real, make_app, device):
    scan(make_app, device, "127.0.0.1:1", real)


def test_a_host_that_does_not_greet_is_passed_over_in_time(real, silent, make_app, device):
    took = scan(make_app, device, silent, real)
    assert ANSWERS_WITHIN_SECONDS <= took < 2 * ANSWERS_WITHIN_SECONDS


def test_a_host_that_failed_rests(real, silent, make_app, device):
    app = make_app(DATABASE_URL=beside(silent, real))
    with app.app_context():
        engine = db.engine
    engine.connect().close()
    engine.dispose()
    began = time.monotonic()
    engine.connect().close()
    engine.dispose()
    assert time.monotonic() - began < ANSWERS_WITHIN_SECONDS


def test_without_any_host_the_client_is_told_to_come_again(real, make_app, device):
    client = make_app(DATABASE_URL=beside("127.0.0.1:1", "127.0.0.1:2")).test_client()
    answer = client.post(SCAN, json=long_form("x"), headers=device.headers)
    assert (answer.status_code, answer.json["error_code"]) == (503, "UNAVAILABLE")
    assert answer.headers["Retry-After"] == "1"


def test_a_program_that_knows_one_host_is_given_the_one_that_is_ready(real):
    url = at_one_host(read_database_url(beside("127.0.0.1:1", real)))
    assert f"{url.host}:{url.port}" == real
    assert OTHERS not in url.query
