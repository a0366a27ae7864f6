"""Three nodes of a Galera cluster on loopback, with the options of deploy/galera/60-galera.cnf."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pymysql

from bench.ports import free_ports
from drill.mariadb import Mariadb
from drill.processes import Program

CONFIGURATION = Path(__file__).parents[1] / "deploy" / "galera" / "60-galera.cnf"
PROVIDER = Path("/usr/lib/galera/libgalera_smm.so")
NODES = 3
SYNCED = "4"
_POSITION = re.compile(r"Recovered position: (\S+)")
JOINS_WITHIN_SECONDS = 120


def what_is_missing() -> str | None:
    """What has to be installed before a cluster can run here; None when nothing is."""
    if not PROVIDER.exists():
        return f"{PROVIDER} (galera-4)"
    missing = [name for name in ("rsync", "mariadbd", "ss") if shutil.which(name) is None]
    return ", ".join(missing) or None


class Cluster:
    """The nodes, the first of which begins the cluster."""

    def __init__(self, folder: Path, size: int = NODES) -> None:
        ports = free_ports(4 * size)
        self._group = [ports[4 * n + 1] for n in range(size)]
        self.nodes = [self._node(folder / f"db{n + 1}", n, ports[4 * n :][:4]) for n in range(size)]

    def _node(self, folder: Path, number: int, ports: list[int]) -> Mariadb:
        port, group, incremental, snapshot = ports
        folder.mkdir(parents=True)
        others = ",".join(f"127.0.0.1:{one}" for one in self._group)
        options_file = folder / "my.cnf"
        options_file.write_text(f"!include {CONFIGURATION}\n")
        provider = (
            f"gmcast.listen_addr=tcp://127.0.0.1:{group};ist.recv_addr=127.0.0.1:{incremental};"
            "gcache.size=64M"
        )
        return Mariadb(
            folder,
            port,
            options_file=options_file,
            options=(
                f"--wsrep-cluster-address=gcomm://{others}",
                f"--wsrep-node-name=db{number + 1}",
                f"--wsrep-node-address=127.0.0.1:{group}",
                f"--wsrep-sst-receive-address=127.0.0.1:{snapshot}",
                f"--wsrep-provider-options={provider}",
            ),
        )

    def start(self) -> None:
        """Begin the cluster with the first node, and let the others join it at once."""
        first, *others = self.nodes
        first.install()
        first.program.start("--wsrep-new-cluster")
        wait_until_synced(first)
        first.make_database()
        for node in others:
            node.program.launch()
        for node in others:
            wait_until_synced(node)

    def stop(self) -> None:
        """End all; nobody needs their data any more."""
        for node in self.nodes:
            node.program.kill()


def rejoin(node: Mariadb) -> None:
    """As systemd starts a node: from the last transaction that its files hold, so that it is told
    what it missed and no more; raises RuntimeError."""
    known = (node.data / "grastate.dat").exists()
    node.program.launch(*([f"--wsrep-start-position={_position(node)}"] if known else []))
    wait_until_synced(node)


def _position(node: Mariadb) -> str:
    """What `mariadbd --wsrep-recover` says; it is ended then, since after a crash it may hang."""
    said = node.folder / "position.log"
    said.unlink(missing_ok=True)
    recovery = Program(
        [*node.program.command, "--wsrep-recover", f"--log-error={said}"],
        node.folder / "log",
        answers=lambda: _POSITION.search(_text(said)) is not None,
    )
    try:
        recovery.start()
    except RuntimeError:
        if not recovery.answers():
            raise
    finally:
        recovery.kill()
    found = _POSITION.search(_text(said))
    assert found is not None
    return found[1]


def _text(file: Path) -> str:
    return file.read_text(errors="replace") if file.is_file() else ""


def state_of(node: Mariadb) -> dict[str, str]:
    """What a node says of its cluster; nothing while it does not answer."""
    try:
        rows = node.ask("SHOW GLOBAL STATUS LIKE 'wsrep%'")
    except pymysql.MySQLError:
        return {}
    return {str(name).lower(): str(value) for name, value in rows}


def wait_until_synced(node: Mariadb) -> None:
    """Wait until a node takes part; raises RuntimeError with the end of its log."""
    deadline = time.monotonic() + JOINS_WITHIN_SECONDS
    while time.monotonic() < deadline and node.program.is_running:
        if state_of(node).get("wsrep_local_state") == SYNCED:
            return
        time.sleep(0.1)
    end = node.program.log.read_text(errors="replace")[-3000:]
    raise RuntimeError(f"the node does not join:\n{end}")
