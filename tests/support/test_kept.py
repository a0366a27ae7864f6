"""A costly answer is made once in a while, by one at a time."""

from __future__ import annotations

from itertools import count
from threading import Event, Thread

import pytest

from app.support.kept import Kept


class Passing:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def passing() -> Passing:
    return Passing()


@pytest.fixture
def kept(passing: Passing) -> Kept[int]:
    return Kept(60, passed=passing)


def test_an_answer_is_made_anew_when_it_is_too_old(kept: Kept[int], passing: Passing) -> None:
    answers = count(1)
    assert [kept.get(lambda: next(answers)) for _ in range(3)] == [1, 1, 1]
    passing.seconds += 59.9
    assert kept.get(lambda: next(answers)) == 1
    passing.seconds += 0.1
    assert [kept.get(lambda: next(answers)) for _ in range(2)] == [2, 2]


def test_while_one_makes_it_the_others_get_the_old_one(kept: Kept[int], passing: Passing) -> None:
    assert kept.get(lambda: 1) == 1
    passing.seconds += 60
    begun, end = Event(), Event()
    made: list[int] = []

    def make() -> int:
        begun.set()
        end.wait(10)
        return 2

    maker = Thread(target=lambda: made.append(kept.get(make)))
    maker.start()
    assert begun.wait(10)
    assert kept.get(lambda: 3) == 1
    end.set()
    maker.join()
    assert made == [2]
    assert kept.get(lambda: 3) == 2


def test_the_first_answer_is_made_once_for_all_who_wait(kept: Kept[int]) -> None:
    begun, end = Event(), Event()
    answers, got = count(1), []

    def make() -> int:
        begun.set()
        end.wait(10)
        return next(answers)

    callers = [Thread(target=lambda: got.append(kept.get(make))) for _ in range(3)]
    for caller in callers:
        caller.start()
    assert begun.wait(10)
    end.set()
    for caller in callers:
        caller.join()
    assert got == [1, 1, 1]


def test_a_failure_is_its_callers_own_and_nothing_is_kept_of_it(kept: Kept[int]) -> None:
    with pytest.raises(ZeroDivisionError):
        kept.get(lambda: 1 // 0)
    assert kept.get(lambda: 7) == 7


def test_a_failure_leaves_the_old_answer_to_the_others(kept: Kept[int], passing: Passing) -> None:
    kept.get(lambda: 1)
    passing.seconds += 60
    with pytest.raises(ZeroDivisionError):
        kept.get(lambda: 1 // 0)
    assert kept.get(lambda: 2) == 2
