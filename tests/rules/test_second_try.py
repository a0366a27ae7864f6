"""CI tries a test that failed a second time only where a busy machine may be to blame."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QUIET = "tests/web/admin/test_orders_in_browser.py::test_one"
FAULT = "tests/faults/test_outages.py::test"
CHAOS = "tests/web/scanner/test_chaos.py::test[seed1]"
NEVER = "a race or a loss is never tried again"


def judged(place: Path, failed: list[str], source: str = "") -> tuple[int, str]:
    """The script's exit status and words after a run in which these tests failed."""
    cache = place / ".pytest_cache/v/cache/lastfailed"
    cache.parent.mkdir(parents=True)
    cache.write_text(json.dumps(dict.fromkeys(failed, True)))
    for test in failed:
        file = place / test.partition("::")[0]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    script = [sys.executable, ROOT / "scripts/second_try.py"]
    told = subprocess.run(script, cwd=place, capture_output=True, text=True, check=False)
    return told.returncode, told.stdout + told.stderr


def test_a_late_browser_gets_a_second_try_and_is_named(tmp_path: Path) -> None:
    assert judged(tmp_path, [QUIET]) == (
        0,
        f"test: failed once, tried again by itself:\n  {QUIET}\n",
    )


@pytest.mark.parametrize(
    ("failed", "source", "why"),
    [
        ([f"tests/x/test_{n}.py::test" for n in range(4)], "", "4 tests failed"),
        ([QUIET], "from threading import Thread", f"{NEVER}: {QUIET}"),
        ([QUIET], "from tests.forking import at_once", f"{NEVER}: {QUIET}"),
        ([FAULT], "", f"{NEVER}: {FAULT}"),
        ([CHAOS], "", f"{NEVER}: {CHAOS}"),
        ([], "", "no test is named"),
    ],
    ids=["too many", "threads", "processes", "a fault", "lost scans", "the run itself failed"],
)
def test_anything_else_is_judged_by_its_first_run(
    tmp_path: Path, failed: list[str], source: str, why: str
) -> None:
    assert judged(tmp_path, failed, source) == (1, f"test: no second try: {why}\n")


def test_what_is_named_as_keeping_scans_is_there() -> None:
    named = runpy.run_path(str(ROOT / "scripts/second_try.py"))["KEEPING"]
    assert len(named) == len(set(named) & {file.stem for file in (ROOT / "tests").rglob("*.py")})
