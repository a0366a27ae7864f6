"""A command that is killed leaves what was there, or what was to be: never a half."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.installations import Installation

TRIES = 4
PATIENCE_SECONDS = 60


def killed_after(process: subprocess.Popen[bytes], begun: Callable[[], bool]) -> None:
    """Kill a command some moments after it has begun its work, with all that it started."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not begun() and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.002)
    time.sleep(random.uniform(0, 1))
    process.kill()
    process.wait(PATIENCE_SECONDS)


def test_a_killed_backup_leaves_no_half_file(place: Installation) -> None:
    before = set(place.files())
    for _ in range(TRIES):
        process = place.start("backup", "create", stdout=subprocess.DEVNULL)
        killed_after(process, (place.backups / ".work").exists)
    for made in set(place.files()) - before:
        place.do("backup", "verify", str(made))
    place.back_up()
    assert list(place.backups.glob(".work*")) == []


def test_a_killed_restore_leaves_the_old_state_or_the_new(place: Installation, kept: Path) -> None:
    place.do("backup", "restore", str(kept), "--force")
    new = place.rows()
    with place.shop() as shop:
        shop.place()
    place.do("audit", "seal")
    old = place.rows()
    newest = place.back_up()
    for _ in range(TRIES):
        process = place.start("backup", "restore", str(kept), "--force", stdout=subprocess.DEVNULL)
        killed_after(process, (place.backups / ".work").exists)
        found = place.rows()
        assert found in (old, new)
        if found == new:
            place.do("backup", "restore", str(newest), "--force")
            old = place.rows()
    place.do("backup", "restore", str(kept), "--force")
    assert place.rows() == new
    place.do("audit", "verify", "--state")
    assert place.scratches() == []
