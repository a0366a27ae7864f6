"""What the sender does once a minute does not end it while the database is away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.cli.chores import Chores
from app.cli.stopping import Stop
from app.database import db, replaying
from app.http.application import Application
from tests import factories
from tests.faults.undoing import listening

T = TypeVar("T")


def test_nothing_is_asked_of_the_database_but_patiently(app: Application) -> None:
    """Whatever is asked elsewhere than in `trying` would end the sender, were nobody there."""
    depth, patient, hasty = 0, 0, []

    def trying(work: Callable[[], T]) -> T:
        nonlocal depth
        depth += 1
        try:
            return replaying(work)
        finally:
            depth -= 1

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal patient
        if depth:
            patient += 1
        else:
            hasty.append(statement)

    factories.device()
    with Stop() as stop, listening(db.engine, "before_cursor_execute", note):
        Chores(stop, trying, {"fan_out"})()
    assert hasty == []
    assert patient >= 4
