"""Names the tests that failed in the last run; exit 0 if they may be tried a second time.

A browser, a web server or a clock may be late on a busy machine; that goes away. A lost race is a
defect however rare, and so is a lost scan: a test that lets processes or threads compete, or asks
whether a phone keeps its scans, is judged by its first run.
"""

import json
import sys
from pathlib import Path

FAILED = Path(".pytest_cache/v/cache/lastfailed")
MOST = 3
KEEPING = ("test_chaos", "test_offline", "test_queue")
RACING = ("fork", "multiprocessing", "storm", "threading", "ThreadPool")


def is_final(test: str) -> bool:
    """Whether the file of a test is about faults or kept scans, or says that something competes."""
    file = Path(test.partition("::")[0])
    is_about_loss = file.parent.name == "faults" or file.stem in KEEPING
    return is_about_loss or any(word in file.read_text() for word in RACING)


def refusal(failed: list[str]) -> str | None:
    """Why these tests may not be tried again, or None."""
    if not failed:
        return "no test is named"
    if len(failed) > MOST:
        return f"{len(failed)} tests failed"
    if final := [test for test in failed if is_final(test)]:
        return f"a race or a loss is never tried again: {final[0]}"
    return None


if __name__ == "__main__":
    failed = sorted(json.loads(FAILED.read_text())) if FAILED.exists() else []
    if why := refusal(failed):
        sys.exit(f"test: no second try: {why}")
    print("test: failed once, tried again by itself:", *failed, sep="\n  ")
