"""The scripts are small, executable, valid POSIX sh, and fail in one clear line."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = [path for path in sorted((ROOT / "scripts").iterdir()) if path.is_file()]
SHELL = [
    path for path in [*SCRIPTS, ROOT / ".ci/run"] if path.read_text().startswith("#!/bin/sh\n")
]
MOST_LINES = 60


def test_the_commands_are_shell_scripts() -> None:
    assert {"run", "test", "check", "install", "lock"} <= {path.name for path in SHELL}
    assert ROOT / ".ci/run" in SHELL


@pytest.mark.parametrize("script", SHELL, ids=lambda path: path.name)
def test_a_script_can_be_executed(script: Path) -> None:
    assert os.access(script, os.X_OK)


@pytest.mark.parametrize("script", SHELL, ids=lambda path: path.name)
def test_a_script_is_short(script: Path) -> None:
    assert len(script.read_text().splitlines()) < MOST_LINES


@pytest.mark.parametrize("script", SHELL, ids=lambda path: path.name)
def test_a_script_is_valid_shell(script: Path) -> None:
    parsed = subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False)
    assert (parsed.returncode, parsed.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
@pytest.mark.parametrize("script", SHELL, ids=lambda path: path.name)
def test_shellcheck_has_nothing_to_say(script: Path) -> None:
    checked = subprocess.run(["shellcheck", script], capture_output=True, text=True, check=False)
    assert checked.stdout == ""


@pytest.mark.parametrize("script", SHELL, ids=lambda path: path.name)
def test_a_script_works_from_any_directory(script: Path) -> None:
    assert 'cd -- "$(dirname -- "$0")/.."\n' in script.read_text()


def test_without_a_python_the_start_says_so_in_one_line(tmp_path: Path) -> None:
    place = tmp_path / "a path with spaces"
    shutil.copytree(ROOT / "scripts", place / "scripts")
    shutil.copy(ROOT / "requirements.lock", place)
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ["sh", "dirname"]:
        (tools / tool).symlink_to(shutil.which(tool) or "")
    started = subprocess.run(
        [place / "scripts/run"],
        cwd=tmp_path,
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 1
    assert "no Python 3.11 or newer" in started.stderr
    assert len((started.stdout + started.stderr).splitlines()) == 1
