"""Programs that read the files of a deployment, where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def find_tool(name: str, package: str) -> str:
    """The program's path: beside this Python or on the system; without it the test is skipped."""
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]
    if (found := shutil.which(name, path=os.pathsep.join(folders))) is not None:
        return found
    if os.environ.get("HANDOVER_REQUIRE_ALL") == "1":
        pytest.fail(f"HANDOVER_REQUIRE_ALL=1, and there is no {name}")
    pytest.skip(f"no {name} is installed ({package})")


def told_by(*command: str | Path) -> tuple[int, str]:
    """How a program ended, and all that it said."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout
