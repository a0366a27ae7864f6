"""The application as it is served in the field: gunicorn, two processes, a free loopback port."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import fresh_mariadb, make_environment

ROOT = Path(__file__).parents[1]
ADMIN = {"username": "chief", "password": "correct horse battery"}
STARTS_WITHIN_SECONDS = 60
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


@dataclass(frozen=True)
class Server:
    """A running server; `log` is where it writes, `pid` its first process."""

    port: int
    pid: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> HTTPConnection:
        """A connection of one's own, kept alive between requests."""
        return HTTPConnection("127.0.0.1", self.port, timeout=20)

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
def serving(folder: Path, database_url: str, *, workers: int = 2, **more: str) -> Iterator[Server]:
    """Set a database up and serve it until the end of the block; `more` are settings."""
    port = _free_port()
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT / "src"),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": str(workers),
        "INSTANCE_PATH": str(folder / "instance"),
        "ADMIN_USERNAME": ADMIN["username"],
        "ADMIN_PASSWORD": ADMIN["password"],
        **make_environment(database_url, **more),
    }
    setup = [sys.executable, "-c", "from app.cli import main; main()", "setup"]
    subprocess.run(setup, cwd=ROOT, env=environment, check=True, timeout=60, capture_output=True)
    gunicorn = [
        str(Path(sys.executable).with_name("gunicorn")),
        "-c",
        "gunicorn.conf.py",
        "app:create_app()",
    ]
    log = folder / "gunicorn.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            gunicorn, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_it_answers(process, port, log)
            yield Server(port, process.pid, log)
        finally:
            _end(process)


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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server does not answer:\n{log.read_text(errors='replace')[-4000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(ENDS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(ENDS_WITHIN_SECONDS)
