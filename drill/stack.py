"""What an installation consists of: nginx, two application servers, MariaDB or a cluster, Redis."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import redis

from bench.ports import free_ports
from bench.servers import status_of
from drill.mariadb import DATABASE, Mariadb
from drill.people import Person
from drill.processes import Program, children_of, start_together
from tests.deploy.site import Site, fronting

ROOT = Path(__file__).parents[1]
SERVERS = ROOT / "nginx" / "handover" / "site" / "servers.conf"
PRODUCT = "app:create_app()"
APPLICATION_SERVERS = 2
LIMIT_OF_LOGINS, LIMITED_SECONDS = 10, 60
"""How many in a minute from one address, by contract.md 9."""

_SECRETS = ("SECRET_KEY", "JWT_SECRET_KEY", "SIGNING_SECRET", "ADMIN_PASSWORD")


class ApplicationServer(Program):
    """One gunicorn on its unix socket."""

    def __init__(self, folder: Path, name: str, application: str, environment: Mapping[str, str]):
        self.socket = folder / f"{name}.sock"
        super().__init__(
            [
                str(Path(sys.executable).with_name("gunicorn")),
                "--config=gunicorn.conf.py",
                f"--bind=unix:{self.socket}",
                "--threads=1",
                application,
            ],
            folder / f"{name}.log",
            answers=self._is_healthy,
            environment=environment,
            folder=ROOT,
        )

    def _is_healthy(self) -> bool:
        try:
            return status_of(str(self.socket), "/health") == 200
        except (OSError, http.client.HTTPException):
            return False

    def processes(self) -> list[int]:
        """Those that answer; none while it does not run."""
        with suppress(OSError, RuntimeError):
            return children_of(self.pid)
        return []

    def kill_all(self) -> None:
        """Its first process and all others, as the kernel does when memory is short."""
        workers = self.processes()
        self.kill()
        for pid in workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@dataclass
class Stack:
    """The running whole; `databases` in the order in which the application wants them."""

    folder: Path
    databases: Sequence[Mariadb]
    application: str = PRODUCT
    servers: list[ApplicationServer] = field(default_factory=list)
    site: Site | None = None
    _people: list[Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        (port,) = free_ports(1)
        self._redis_url = f"redis://127.0.0.1:{port}/0"
        self.redis = Program(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", ""],
            self.folder / "redis.log",
            answers=self._redis_answers,
            folder=self.folder,
        )

    def _redis_answers(self) -> bool:
        try:
            with redis.Redis.from_url(self._redis_url, socket_timeout=1) as line:
                return bool(line.ping())
        except redis.RedisError:
            return False

    def environment(self, name: str = "here") -> dict[str, str]:
        """The settings of one application server, those of production."""
        hosts = ",".join(f"{one.host}:{one.port}" for one in self.databases)
        return {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "APP_ENV": "production",
            "DATABASE_URL": f"mysql://handover:drill@{hosts}/{DATABASE}",
            "REDIS_URL": self._redis_url,
            "INSTANCE_PATH": str(self.folder / f"instance-{name}"),
            "LOG_LEVEL": "INFO",
            "PUBLIC_URL": "https://localhost",
            "TRUSTED_PROXIES": "1",
            "JWT_ACCESS_MIN": "1440",
            "ADMIN_USERNAME": "drill",
            **{one: sha256(f"{self.folder} {one}".encode()).hexdigest() for one in _SECRETS},
        }

    def handover(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command of the product in this installation."""
        program = [sys.executable, "-c", "from app.cli import main; main()", *command]
        return self._run(program)

    def people(self, how_many: int) -> list[Person]:
        """So many counters, each with a device and a customer, the same for all drills."""
        if (more := how_many - len(self._people)) > 0:
            self._people += self._make_people(more)
        return self._people[:how_many]

    def _make_people(self, how_many: int) -> list[Person]:
        done = self._run([sys.executable, "-m", "drill.people", str(how_many)])
        if done.returncode:
            raise RuntimeError(f"nobody can be made:\n{done.stderr[-3000:]}")
        return [Person(**one) for one in json.loads(done.stdout)]

    def _run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=ROOT, env=self.environment(), capture_output=True, text=True
        )

    def reader(self) -> Mariadb:
        """A database that can be read now; raises RuntimeError without any."""
        for one in self.databases:
            if one.answers():
                return one
        raise RuntimeError("no database answers")

    @contextmanager
    def running(self) -> Iterator[Stack]:
        """Set up and serve until the end of the block; the databases run already.

        At the end nobody has anything left to lose: all are killed.
        """
        try:
            self.redis.start()
            done = self.handover("setup")
            if done.returncode:
                raise RuntimeError(f"handover setup failed:\n{done.stderr[-3000:]}")
            for number in range(1, APPLICATION_SERVERS + 1):
                name = f"web{number}"
                environment = self.environment(name)
                Path(environment["INSTANCE_PATH"]).mkdir(exist_ok=True)
                server = ApplicationServer(self.folder, name, self.application, environment)
                self.servers.append(server)
            start_together(self.servers)
            listed = [f"unix:{server.socket} {_how_listed()}" for server in self.servers]
            with fronting(self.folder / "nginx", listed) as site:
                self.site = site
                yield self
        finally:
            for server in self.servers:
                server.kill_all()
            self.redis.kill()


def _how_listed() -> str:
    """What an installation's site says behind the address of an application server."""
    listed = re.search(r"^server unix:\S+ (.*);", SERVERS.read_text(), re.MULTILINE)
    return listed[1] if listed else ""


def why_not() -> str | None:
    """Why a stack cannot run here; None when it can."""
    wanted = ("mariadbd", "mariadb-install-db", "redis-server", "nginx")
    missing = [name for name in wanted if shutil.which(name) is None]
    return f"needs {', '.join(missing)}" if missing else None


def logins_let_in(site: Site, address: str, tries: int) -> int:
    """How many of so many empty logins from an address the limits let through."""
    passed = 0
    line = http.client.HTTPSConnection(
        "localhost",
        site.port,
        timeout=20,
        context=site.context(),
        source_address=(address, 0),
    )
    for _ in range(tries):
        line.request("POST", "/auth/login", body="{}", headers={"Content-Type": "application/json"})
        answer = line.getresponse()
        answer.read()
        passed += answer.status != 429
    line.close()
    return passed


def wait(seconds: float) -> None:
    """Let a fault last."""
    time.sleep(seconds)


def json_lines(file: Path) -> list[dict[str, Any]]:
    """The whole lines of a log: the last one of a process that was killed may be none."""
    lines = file.read_text().split("\n")[:-1] if file.is_file() else []
    return [json.loads(line) for line in lines]
