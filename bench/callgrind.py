"""Instructions of one scan under valgrind: the steadiest guard against regressions."""

from __future__ import annotations

import re
import shutil
import tempfile

from bench import data
from bench.inside import MOST_SCANS, run_inside
from bench.stores import Store

_FEW, _MANY = 20, MOST_SCANS
_COLLECTED = re.compile(r"Collected : (\d+)")


def is_there() -> bool:
    """Whether valgrind is installed."""
    return shutil.which("valgrind") is not None


def instructions_per_scan(name: str, store: Store) -> int:
    """The difference of two runs, so that start and imports do not count."""
    counts = []
    for scans in (_FEW, _MANY):
        data.restore(store)
        counts.append(_instructions(name, store, scans))
    return (counts[1] - counts[0]) // (_MANY - _FEW)


def _instructions(name: str, store: Store, scans: int) -> int:
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out"]
        done = run_inside(command, name, store, scans=scans)
    found = _COLLECTED.search(done.stderr)
    if found is None:
        raise RuntimeError(f"callgrind says nothing:\n{done.stderr[-2000:]}")
    return int(found[1])
