"""The arithmetic of a comparison, and what counts as reached."""

from __future__ import annotations

import pytest

from bench.figures import Spread, percentile, ratio, spread
from bench.load import Measured
from bench.rounds import Series, interleave
from bench.targets import at_least, at_most


def _measured(answers: int, *, errors: int = 0) -> Measured:
    return Measured(
        answers=answers,
        seconds=2.0,
        p50_ms=1.0,
        p90_ms=2.0,
        p99_ms=float(answers),
        max_ms=4.0,
        statuses={201: answers},
        errors=errors,
        ran_out=False,
        generator_us=1.0,
    )


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 50), (0.9, 90), (0.99, 99), (1.0, 100), (0.001, 1)]
)
def test_a_percentile_is_the_nearest_rank(share, expected):
    assert percentile(range(1, 101), share) == expected


def test_of_one_value_every_percentile_is_that_value():
    assert [percentile([7], share) for share in (0.5, 0.99, 1.0)] == [7, 7, 7]


def test_of_nothing_a_percentile_is_zero():
    assert percentile([], 0.99) == 0


def test_a_ratio_pairs_the_rounds_and_tells_their_range():
    assert ratio([50, 60, 90], [100, 100, 100]) == Spread(0.6, 0.5, 0.9)
    # Both halves slow down together: the machine's mood does not show.
    assert ratio([50, 5], [100, 10]) == Spread(0.5, 0.5, 0.5)


def test_a_ratio_to_a_round_that_came_to_nothing_is_refused():
    with pytest.raises(ValueError, match="nothing"):
        ratio([1, 2], [1, 0])
    with pytest.raises(ValueError, match="shorter"):
        ratio([1, 2], [1])
    with pytest.raises(ValueError, match="no round"):
        spread([])


def test_throughput_is_answers_by_time():
    assert _measured(100).per_second == 50


def test_rounds_are_interleaved():
    order = []

    def measure(name, answers):
        order.append(name)
        return _measured(answers)

    series = interleave(
        {"product": lambda: measure("product", 30), "raw": lambda: measure("raw", 60)}, 3
    )
    assert order == ["product", "raw"] * 3
    assert series["product"].speed_to(series["raw"]) == Spread(0.5, 0.5, 0.5)
    assert series["product"].p99_to(series["raw"]) == Spread(0.5, 0.5, 0.5)


def test_a_target_is_reached_at_its_bound():
    assert at_least("speed", 0.55, 0.55).word == "reached"
    assert at_least("speed", 0.54, 0.55).word == "missed"
    assert at_most("time", 2.0, 2).word == "reached"
    assert at_most("time", Spread(2.1, 1.0, 3.0), 2, " s").word == "missed"


def test_a_figure_of_a_run_with_errors_is_invalid_however_good_it_looks():
    good, bad = Series([_measured(9)]), Series([_measured(9), _measured(9, errors=1)])
    target = at_least("speed", 99.0, 0.55, of=(good, bad))
    assert (bad.errors, target.word) == (1, "invalid")
    assert at_least("speed", 99.0, 0.55, of=(Series([_measured(0)]),)).word == "invalid"
