"""The application as it is served in the field: gunicorn, two processes, a free loopback port."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

from bench.ports import free_port
from tests.conftest import fresh_mariadb, make_environment

ROOT = Path(__file__).parents[1]
ADMIN = {"username": "chief", "password": "correct horse battery"}
SET_UP_WITHIN_SECONDS = 300
STARTS_WITHIN_SECONDS = 180
ANSWERS_WITHIN_SECONDS = 60
ENDS_WITHIN_SECONDS = 15


@dataclass(frozen=True)
class Answer:
    """What came back over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class SocketConnection(HTTPConnection):
    """HTTP on a unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=ANSWERS_WITHIN_SECONDS)
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


@dataclass(frozen=True)
class Server:
    """A running server; `log` is where it writes, `pid` its first process, `dial` how one reaches it."""

    url: str
    dial: Callable[[], HTTPConnection]
    pid: int
    log: Path
    environment: dict[str, str] = field(default_factory=dict, repr=False)

    def connect(self) -> HTTPConnection:
        """A connection of one's own, kept alive between requests."""
        return self.dial()

    def ask(
        self,
        method: str,
        path: str,
        *,
        json_body: Any = None,
        data: Any = None,
        headers: dict[str, str] | None = None,
        connection: HTTPConnection | None = None,
        chunked: bool = False,
    ) -> Answer:
        """One request and its answer, on a new connection unless one is given."""
        sent = dict(headers or {})
        if json_body is not None:
            data = json.dumps(json_body).encode()
            sent.setdefault("Content-Type", "application/json")
        line = connection or self.connect()
        try:
            line.request(method, path, body=data, headers=sent, encode_chunked=chunked)
            response = line.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            if connection is None:
                line.close()


@contextmanager
def serving(
    folder: Path,
    database_url: str,
    *,
    workers: int = 2,
    unix_socket: Path | None = None,
    **more: str,
) -> Iterator[Server]:
    """Set a database up and serve it until the end of the block; `more` are settings."""
    environment = {
        "INSTANCE_PATH": str(folder / "instance"),
        "ADMIN_USERNAME": ADMIN["username"],
        "ADMIN_PASSWORD": ADMIN["password"],
        **make_environment(database_url, **more),
    }
    setup = [sys.executable, "-c", "from app.cli import main; main()", "setup"]
    subprocess.run(
        setup,
        cwd=ROOT,
        env=ours(environment),
        check=True,
        timeout=SET_UP_WITHIN_SECONDS,
        capture_output=True,
    )
    with running(folder, environment, workers=workers, unix_socket=unix_socket) as server:
        yield server


@contextmanager
def running(
    folder: Path, environment: dict[str, str], *, workers: int, unix_socket: Path | None = None
) -> Iterator[Server]:
    """Serve what is set up: on a free loopback port, or on a unix socket, as behind a proxy."""
    port = free_port()
    where = {"HOST": "127.0.0.1", "PORT": str(port)}
    if unix_socket is not None:
        where["BIND"] = f"unix:{unix_socket}"
        url, dial = f"unix:{unix_socket}", partial(SocketConnection, unix_socket)
    else:
        url = f"http://127.0.0.1:{port}"
        dial = partial(HTTPConnection, "127.0.0.1", port, timeout=ANSWERS_WITHIN_SECONDS)
    gunicorn = [
        str(Path(sys.executable).with_name("gunicorn")),
        "-c",
        "gunicorn.conf.py",
        "app:create_app()",
    ]
    log = folder / "gunicorn.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            gunicorn,
            cwd=ROOT,
            env=ours(environment) | where | {"WEB_CONCURRENCY": str(workers)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        server = Server(url, dial, process.pid, log, environment)
        try:
            try:
                wait_until_it_answers(process, lambda: server.ask("GET", "/health").status)
            except RuntimeError as silence:
                told = log.read_text(errors="replace")[-4000:]
                raise RuntimeError(f"{silence}:\n{told}") from None
            yield server
        finally:
            _end(process)


def ours(environment: dict[str, str]) -> dict[str, str]:
    """What a process needs to find the application, and nothing else of this process's own."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT / "src"),
        **environment,
    }


@contextmanager
def serving_afresh(folder: Path, worker_id: str, name: str, **settings: str) -> Iterator[Server]:
    """Serve an empty database of the kind that the suite runs on."""
    base = os.environ.get("HANDOVER_TEST_DATABASE_URL")
    prefix = os.environ.get("HANDOVER_TEST_NAME", "")
    if base:
        url = fresh_mariadb(base, f"handover_test_{prefix}{worker_id}_{name}")
    else:
        url = f"sqlite:///{folder}/handover.db"
    with serving(folder, url, **settings) as server:
        yield server


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Server]:
    """One server for all tests that share it: each makes customers and orders of its own."""
    with serving_afresh(tmp_path_factory.mktemp("served"), worker_id, "served") as server:
        yield server


def wait_until_it_answers(process: subprocess.Popen[bytes], ask: Callable[[], int]) -> None:
    """Ask until the status is 200; raises RuntimeError when the process ends or takes too long."""
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if ask() == 200:
                return
        except (OSError, HTTPException):
            pass
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(ENDS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(ENDS_WITHIN_SECONDS)
