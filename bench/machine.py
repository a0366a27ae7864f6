"""The machine that the figures were made on: without it they say nothing."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from sysconfig import get_config_var
from typing import Any

from bench.stores import ROOT, Kind, Store

_PACKAGES = ("flask", "sqlalchemy", "gunicorn", "pymysql")


def describe(kinds: tuple[Kind, ...]) -> dict[str, Any]:
    """Cores, memory, versions, the databases' settings that matter, and the commit."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "memory_gib": round(memory, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "python_is_optimised": "--enable-optimizations" in (get_config_var("CONFIG_ARGS") or ""),
        "packages": {name: version(name) for name in _PACKAGES},
        "databases": {kind: Store(kind, "10k").settings() for kind in kinds},
        "load_before": [round(one, 1) for one in os.getloadavg()],
        "commit": _git("rev-parse", "--short", "HEAD"),
        "has_changes": bool(_git("status", "--porcelain", "--", "src", "bench")),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else "unknown"
