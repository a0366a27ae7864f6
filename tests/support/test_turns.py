"""Turns: a bound on heavy work that holds across processes."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

import pytest

from app.support.turns import Turns


def hold(folder: str, journal: str) -> None:
    with Turns(Path(folder), 2).take(), Path(journal).open("a", buffering=1) as lines:
        lines.write("+\n")
        time.sleep(0.05)
        lines.write("-\n")


def test_other_processes_wait_for_a_turn(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    spawn = multiprocessing.get_context("spawn")
    processes = [
        spawn.Process(target=hold, args=(str(tmp_path / "turns"), str(journal))) for _ in range(6)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    running = most = 0
    for line in journal.read_text().split():
        running += 1 if line == "+" else -1
        most = max(most, running)
    assert journal.read_text().count("+") == 6
    assert 1 <= most <= 2


def test_a_turn_comes_back_when_its_work_fails(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "turns", 1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.take():
            raise ZeroDivisionError
    with turns.take():
        pass
