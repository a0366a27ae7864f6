"""What a request asks of the database, counted at the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.database import db

_FRAMES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collect the statements of a block, without those that only frame a transaction."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(_FRAMES):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def but_for_news(found: list[str], *, told: bool) -> list[str]:
    """The statements without the one that announces, which is there where something is told."""
    news = [one for one in found if one.startswith("INSERT INTO outbox ")]
    assert len(news) == told, found
    return [one for one in found if one not in news]
