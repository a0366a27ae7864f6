"""What can go wrong, and how it is put right again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from drill import databases, galera
from drill.crowd import Crowd
from drill.databases import Databases
from drill.processes import start_together
from drill.stack import LIMIT_OF_LOGINS, LIMITED_SECONDS, Stack, logins_let_in

_BALLAST = 1024 * 1024
ROUNDS_OF_LOGINS = 3


@dataclass(frozen=True, slots=True)
class Scene:
    """What a fault may lay hands on, and for how many seconds it lasts."""

    stack: Stack
    crowd: Crowd
    seconds: float


@dataclass(frozen=True, slots=True)
class Fault:
    """`happen` begins it and puts it right again; without an `outage` no client may see a 5xx.

    What heals by itself has so many seconds for it; else the outage ends when it is put right.
    """

    name: str
    words: str
    on: Databases
    happen: Callable[[Scene], None]
    outage: bool = True
    needs_root: bool = False
    longest_seconds: float = 10.0
    quick_seconds: float = 2.0
    heals_within_seconds: float | None = None

    @property
    def what_is_missing(self) -> str | None:
        """What has to be installed before it can happen here; None when nothing is."""
        return galera.what_is_missing() if self.on is databases.cluster else None

    @property
    def is_permitted(self) -> bool:
        """Whether it may happen here."""
        return not self.needs_root or databases.may_make_worlds()

    @property
    def why_not(self) -> str | None:
        """Why it cannot happen here; None when it can."""
        if not self.is_permitted:
            return "needs root, with the right to mount and to make networks"
        return f"needs {self.what_is_missing}" if self.what_is_missing else None


def _kill_processes(scene: Scene) -> None:
    until = time.monotonic() + scene.seconds
    while time.monotonic() < until:
        pids = [pid for server in scene.stack.servers for pid in server.processes()]
        with suppress(ProcessLookupError):
            os.kill(random.choice(pids), signal.SIGKILL)
        time.sleep(0.5)


def _kill_all_of_gunicorn(scene: Scene) -> None:
    for server in scene.stack.servers:
        server.kill_all()
    time.sleep(scene.seconds)
    start_together(scene.stack.servers)


def _kill_mariadb(scene: Scene) -> None:
    [database] = scene.stack.databases
    database.program.kill()
    time.sleep(scene.seconds)
    database.program.start()


def _lose_redis(scene: Scene) -> None:
    scene.stack.redis.kill()
    processes = sum(len(server.processes()) for server in scene.stack.servers)
    _assert_limited(scene.stack, LIMIT_OF_LOGINS * processes)
    time.sleep(scene.seconds)
    scene.stack.redis.start()


def _assert_limited(stack: Stack, most: int) -> None:
    """The limits hold: in memory each process lets its own share in."""
    assert stack.site is not None
    for number in random.sample(range(1, 255), ROUNDS_OF_LOGINS):
        began = time.monotonic()
        passed = logins_let_in(stack.site, f"127.0.9.{number}", 2 * most)
        if time.monotonic() - began < LIMITED_SECONDS:  # of two minutes twice as many may be
            break
    else:
        raise LimitsNotInForce(f"{2 * most} logins took longer than the minute they are counted in")
    if not 0 < passed <= most:
        raise LimitsNotInForce(f"{passed} logins of {2 * most} were let in, {most} may be")


class LimitsNotInForce(Exception):
    """Too many requests were let in, or none."""


def _kill_node(number: int) -> Callable[[Scene], None]:
    def happen(scene: Scene) -> None:
        node = scene.stack.databases[number]
        node.program.kill()
        time.sleep(scene.seconds)
        galera.rejoin(node)

    return happen


def _cut_the_network(scene: Scene) -> None:
    databases.pull_out()
    time.sleep(scene.seconds)
    databases.plug_in()


def _fill_the_disk(scene: Scene) -> None:
    [database] = scene.stack.databases
    ballast = database.folder.parent / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(_BALLAST))
    until = time.monotonic() + scene.seconds
    while time.monotonic() < until:
        with suppress(OSError), ballast.open("ab", buffering=0) as file:
            while shutil.disk_usage(ballast).free:
                file.write(bytes(4096))
        time.sleep(0.1)
    ballast.unlink()
    if not database.program.is_running:
        database.program.start()


def _deploy(scene: Scene) -> None:
    for server in scene.stack.servers:
        server.tell(signal.SIGHUP)
        time.sleep(scene.seconds)


def _set_clocks_wrong(scene: Scene) -> None:
    for hours in (1, -1, 0):
        scene.crowd.skew.value = hours * 3600.0
        time.sleep(scene.seconds)


FAULTS = {
    one.name: one
    for one in (
        Fault(
            "web-process",
            "kill -9 of a web process, twice a second",
            databases.one_server,
            _kill_processes,
        ),
        Fault(
            "gunicorn",
            "kill -9 of both application servers, started again",
            databases.one_server,
            _kill_all_of_gunicorn,
            longest_seconds=3,
        ),
        Fault(
            "mariadb",
            "kill -9 of MariaDB, started again",
            databases.one_server,
            _kill_mariadb,
            longest_seconds=5,
        ),
        Fault(
            "redis",
            "Redis is gone; limits are kept in memory",
            databases.one_server,
            _lose_redis,
            outage=False,
            longest_seconds=60,
        ),
        Fault(
            "deploy",
            "SIGHUP to one application server after the other",
            databases.one_server,
            _deploy,
            outage=False,
            longest_seconds=5,
        ),
        Fault(
            "clock",
            "the devices' clocks jump by an hour, forth and back",
            databases.one_server,
            _set_clocks_wrong,
            outage=False,
            longest_seconds=5,
        ),
        Fault(
            "network",
            "the cable between application and database is pulled",
            databases.behind_cable,
            _cut_the_network,
            needs_root=True,
            longest_seconds=30,
            quick_seconds=12,
        ),
        Fault(
            "disk",
            "the database's disk is full, then freed",
            databases.small_disk,
            _fill_the_disk,
            needs_root=True,
            longest_seconds=20,
        ),
        Fault(
            "galera-node",
            "kill -9 of a node that takes no writes; it joins again",
            databases.cluster,
            _kill_node(2),
            quick_seconds=6,  # until the others have given it up; the writer is back before that
            heals_within_seconds=20,
        ),
        Fault(
            "galera-writer",
            "kill -9 of the node that takes the writes; it joins again",
            databases.cluster,
            _kill_node(0),
            heals_within_seconds=20,
        ),
    )
}
