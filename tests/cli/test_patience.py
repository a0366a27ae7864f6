"""While the database is away, the sender's threads say so once, and once that it is back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from app.cli import sender
from app.cli.sender import Patience
from app.cli.stopping import Stop
from app.errors import Unavailable


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[Patience]:
    monkeypatch.setattr(sender, "SHORTEST_WAIT_SECONDS", 0)
    monkeypatch.setattr(sender, "LONGEST_WAIT_SECONDS", 0)
    monkeypatch.setattr(sender, "replaying", lambda work: work())
    with Stop() as stop:
        yield Patience(stop)


def refused() -> None:
    raise Unavailable("The database does not answer.", retry_after=1)


def refused_twice(meanwhile):
    """Work that finds no database at first, while others do what they do."""
    tries = iter([refused, refused, lambda: None])

    def work() -> None:
        this = next(tries)
        meanwhile()
        this()

    return work


def said(work) -> list[str]:
    with capture_logs() as lines:
        work()
    return [one["event"] for one in lines]


def test_an_absence_is_told_once_and_its_end_once(patience):
    assert said(lambda: patience(refused_twice(lambda: None))) == ["database_away", "database_back"]
    assert said(lambda: patience(lambda: None)) == []


def test_a_try_that_began_before_anothers_success_tells_nothing(patience):
    others_succeed = refused_twice(lambda: patience(lambda: None))
    assert said(lambda: patience(others_succeed)) == []
