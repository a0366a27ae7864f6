"""What a soak calls flat."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drill.proof import Proof
from drill.soak import Soak

FLAT = Soak(
    samples=[],
    memory_growth=1.02,
    more_files=3,
    more_connections=0,
    p99_growth=1.1,
    refused=0,
    proof=Proof(found=9, lost=0, doubled=0, misfiled=0, findings=0),
)


def test_an_hour_in_which_nothing_grows_is_passed() -> None:
    assert FLAT.is_passed


@pytest.mark.parametrize(
    "grown",
    [
        {"memory_growth": 1.06},
        {"p99_growth": 1.3},
        {"more_files": 11},
        {"more_connections": 1},
        {"refused": 1},
        {"proof": replace(FLAT.proof, lost=1)},
    ],
    ids=lambda grown: next(iter(grown)),
)
def test_an_hour_in_which_something_grows_is_not(grown: dict[str, object]) -> None:
    assert not replace(FLAT, **grown).is_passed  # type: ignore[arg-type]
