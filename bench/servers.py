"""The product and the stand-ins, each in the same gunicorn; only what was started here is ended."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.environment import product_environment
from bench.lines import Address
from bench.ports import free_port
from bench.stores import ROOT, Store

APPLICATIONS = {
    "product": "app:create_app()",
    "raw": "bench.standins.raw:create_app()",
    "idiomatic": "bench.standins.idiomatic:create_app()",
    "old": "bench.standins.old:create_app()",
    "calendars": "bench.standins.calendars:create_app()",
}
STARTS_WITHIN_SECONDS = 60
ENDS_WITHIN_SECONDS = 35


def default_workers() -> int:
    """As in gunicorn.conf.py: two for each core and one, at most nine."""
    return min(2 * len(os.sched_getaffinity(0)) + 1, 9)


@dataclass(frozen=True, slots=True)
class Shape:
    """How gunicorn runs: behind nginx are sync workers (1 thread) on a unix socket."""

    workers: int
    threads: int = 1
    over_tcp: bool = False


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `log` is where it writes, `pid` its first process."""

    name: str
    address: Address
    pid: int
    log: Path

    def worker_pids(self) -> list[int]:
        """The processes that answer."""
        return _children(self.pid)


@contextmanager
def serving(name: str, store: Store, shape: Shape, folder: Path) -> Iterator[Server]:
    """Run one of APPLICATIONS over a filled database until the end of the block."""
    address: Address = str(folder / f"{name}.sock")
    bind = f"unix:{address}"
    if shape.over_tcp:
        address = ("127.0.0.1", free_port())
        bind = f"127.0.0.1:{address[1]}"
    command = [str(Path(sys.executable).with_name("gunicorn")), "-c", "gunicorn.conf.py"]
    command += ["--bind", bind, "--threads", str(shape.threads), "--workers", str(shape.workers)]
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, APPLICATIONS[name]],
            cwd=ROOT,
            env={**product_environment(store), "BENCH_FOLDER": str(folder)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_it_answers(process, address, log)
            yield Server(name, address, process.pid, log)
        finally:
            _end(process)


@contextmanager
def serving_all(
    names: tuple[str, ...], store: Store, shape: Shape
) -> Iterator[Mapping[str, Server]]:
    """Run several side by side: while one is measured the others wait for requests."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench")))
        yield {name: stack.enter_context(serving(name, store, shape, folder)) for name in names}


class _Line(http.client.HTTPConnection):
    """HTTP to an address, also to a unix socket."""

    def __init__(self, address: Address) -> None:
        super().__init__("localhost", timeout=5)
        self._address = address

    def connect(self) -> None:
        if isinstance(self._address, str):
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(5)
            self.sock.connect(self._address)
        else:
            self.sock = socket.create_connection(self._address, timeout=5)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one GET was told."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def answer_of(address: Address, path: str) -> Answer:
    """The answer to one GET; raises OSError where nobody answers."""
    line = _Line(address)
    try:
        line.request("GET", path, headers={"X-Forwarded-For": "10.255.255.255"})
        answer = line.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        line.close()


def status_of(address: Address, path: str) -> int:
    """The status of one GET; raises OSError where nobody answers."""
    return answer_of(address, path).status


def _wait_until_it_answers(process: subprocess.Popen[bytes], address: Address, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if status_of(address, "/health") == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
    raise RuntimeError(f"the server does not answer:\n{log.read_text(errors='replace')[-4000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(ENDS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(ENDS_WITHIN_SECONDS)


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in listed.split()]
