"""From a clean copy of the sources to the first answer, and the second time."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.data import say
from bench.plans import Plan
from bench.servers import status_of
from bench.stores import ROOT
from bench.targets import Report, at_most

WITHIN_SECONDS = 300


def run(plan: Plan) -> Report:
    """Seconds of scripts/run; the first time installs from the package cache, which is to be warm."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        copy = Path(folder) / "handover"
        _copy_sources(copy)
        first = _start(copy)
        say(f"    first {first:.1f} s")
        second = median(_start(copy) for _ in range(3))
        say(f"    second {second:.1f} s")
    targets = [at_most("first start", first, 60, " s"), at_most("second start", second, 3, " s")]
    return Report("start", plan.kind, targets, notes={"measured": "1, and 3"})


def _copy_sources(copy: Path) -> None:
    """What a clone of the working tree as it is now would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in set(filter(None, listed.stdout.decode().split("\0"))):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)


def _start(copy: Path) -> float:
    """Seconds from the command to the first 200 of /health; the server is ended again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    kept = ("PATH", "HOME", "TMPDIR", "LANG")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {name: os.environ[name] for name in os.environ if name.startswith("PIP_")}
    log = copy.parent / "run.log"
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["scripts/run"],
            cwd=copy,
            env={**environment, "PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            return _wait(process, port, began, log)
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # its own session: scripts/run and what it runs
            process.wait(40)


def _wait(process: subprocess.Popen[bytes], port: int, began: float, log: Path) -> float:
    while time.monotonic() < began + WITHIN_SECONDS and process.poll() is None:
        try:
            if status_of(("127.0.0.1", port), "/health") == 200:
                return time.monotonic() - began
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"scripts/run does not answer:\n{log.read_text(errors='replace')[-2000:]}")
