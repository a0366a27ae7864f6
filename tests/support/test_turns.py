"""Turns: a bound on heavy work that holds across processes."""

from __future__ import annotations

import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from app.support.turns import Turns
from tests.forking import forks


def hold(folder: str, journal: str) -> None:
    with Turns(Path(folder), 2).take(), Path(journal).open("a", buffering=1) as lines:
        lines.write("+\n")
        time.sleep(0.05)
        lines.write("-\n")


def test_other_processes_wait_for_a_turn(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    processes = [
        forks.Process(target=hold, args=(str(tmp_path / "turns"), str(journal))) for _ in range(6)
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


def test_a_turn_that_is_not_free_is_refused_at_once_and_free_when_it_was_closed(
    tmp_path: Path,
) -> None:
    turns = Turns(tmp_path / "turns", 2)
    first, second = turns.try_take(), turns.try_take()
    assert first is not None
    assert second is not None
    assert turns.try_take() is None
    first.close()
    third = turns.try_take()
    assert third is not None
    second.close()
    third.close()


def test_a_turn_that_becomes_free_in_time_is_taken(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "turns", 1)
    held = turns.try_take()
    assert held is not None
    assert turns.take_within(0.05) is None
    timer = threading.Timer(0.1, held.close)
    timer.start()
    taken = turns.take_within(30)
    timer.join()
    assert taken is not None
    taken.close()


def keep(folder: str, pipe: Connection) -> None:
    with Turns(Path(folder), 1).take():
        pipe.send("held")
        pipe.recv()


def test_a_killed_holder_frees_its_turn(tmp_path: Path) -> None:
    ours, theirs = forks.Pipe()
    holder = forks.Process(target=keep, args=(str(tmp_path / "turns"), theirs))
    holder.start()
    assert ours.poll(60)
    turns = Turns(tmp_path / "turns", 1)
    assert turns.try_take() is None
    holder.kill()
    holder.join()
    freed = turns.try_take()
    assert freed is not None
    freed.close()
