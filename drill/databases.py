"""The databases that drills need: one server, one on a small disk, one behind a cable, a cluster."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import TypeAlias

from bench.ports import free_ports
from drill import galera
from drill.mariadb import Mariadb

Databases: TypeAlias = Callable[[Path], AbstractContextManager[Sequence[Mariadb]]]

CABLE = NAMESPACE = f"drill{os.getpid()}"
_SUBNET = f"10.{os.getpid() // 250 % 250}.{os.getpid() % 250}"
_OURS, _THEIRS = f"{_SUBNET}.1", f"{_SUBNET}.2"
DISK_MEGABYTES = 320


@contextmanager
def one_server(folder: Path) -> Iterator[Sequence[Mariadb]]:
    """One MariaDB."""
    (port,) = free_ports(1)
    with _started(Mariadb(folder / "db", port)) as databases:
        yield databases


@contextmanager
def cluster(folder: Path) -> Iterator[Sequence[Mariadb]]:
    """Three nodes; the first of them takes the writes."""
    nodes = galera.Cluster(folder)
    try:
        nodes.start()
        yield nodes.nodes
    finally:
        nodes.stop()


@contextmanager
def small_disk(folder: Path) -> Iterator[Sequence[Mariadb]]:
    """One MariaDB whose files lie on a file system of its own that can be filled."""
    (port,) = free_ports(1)
    with _disk(folder) as disk, _started(Mariadb(disk / "db", port)) as databases:
        yield databases


@contextmanager
def behind_cable(folder: Path) -> Iterator[Sequence[Mariadb]]:
    """One MariaDB in a network namespace of its own, at the other end of a veth pair."""
    with _cable(), _started(_at_the_other_end(folder / "db")) as databases:
        yield databases


@contextmanager
def small_disk_behind_cable(folder: Path) -> Iterator[Sequence[Mariadb]]:
    """One MariaDB to which everything can be done that can be done to a single one."""
    with (
        _disk(folder) as disk,
        _cable(),
        _started(_at_the_other_end(disk / "db")) as databases,
    ):
        yield databases


@contextmanager
def _disk(folder: Path) -> Iterator[Path]:
    disk = folder / "disk"
    disk.mkdir()
    _root("mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(disk))
    try:
        yield disk
    finally:
        _root("umount", "--lazy", str(disk))


@contextmanager
def _cable() -> Iterator[None]:
    _root("ip", "netns", "add", NAMESPACE)
    try:
        peer = ["peer", "name", CABLE, "netns", NAMESPACE]
        _root("ip", "link", "add", CABLE, "type", "veth", *peer)
        _root("ip", "address", "add", f"{_OURS}/30", "dev", CABLE)
        _root("ip", "link", "set", CABLE, "up")
        _inside("ip", "address", "add", f"{_THEIRS}/30", "dev", CABLE)
        plug_in()
        yield
    finally:
        _root("ip", "netns", "delete", NAMESPACE)  # and the cable with it


def _at_the_other_end(folder: Path) -> Mariadb:
    inside = ("ip", "netns", "exec", NAMESPACE)
    return Mariadb(folder, 3306, host=_THEIRS, prefix=inside)


def plug_in() -> None:
    """Join the cable again."""
    _inside("ip", "link", "set", CABLE, "up")


def pull_out() -> None:
    """Pull the cable at the database's end: what is sent is lost, and nobody is told."""
    _inside("ip", "link", "set", CABLE, "down")


@cache
def may_make_worlds() -> bool:
    """Whether file systems can be mounted and networks made here: root, and not in every container."""
    return (
        subprocess.run(["unshare", "--mount", "--net", "true"], capture_output=True).returncode == 0
    )


@contextmanager
def _started(server: Mariadb) -> Iterator[Sequence[Mariadb]]:
    try:
        server.install()
        server.program.start()
        server.make_database()
        yield [server]
    finally:
        server.program.kill()


def _inside(*command: str) -> None:
    _root("ip", "netns", "exec", NAMESPACE, *command)


def _root(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
