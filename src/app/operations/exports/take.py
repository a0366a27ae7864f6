"""Taking a list as a whole, in parts that each go along an index, and leaving a record of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.ledger import actions
from app.operations.ledger.record import record

MOST_ROWS = 50_000
PART = 1_000

T = TypeVar("T")
Read = Callable[[int | None, int], Sequence[T]]
"""The next so many rows of a list, beyond the row with this id."""


def take_rows(read: Read[T], *, key: Callable[[T], int]) -> Iterator[T]:
    """The rows of a list, read part by part, until it ends or 50,000 are taken."""
    after_id: int | None = None
    for _ in range(MOST_ROWS // PART):
        part = read(after_id, PART)
        yield from part
        if len(part) < PART:
            return
        after_id = key(part[-1])


def record_export(
    what: str, *, filters: Mapping[str, Any], count: int, is_cut: bool, actor: Actor
) -> None:
    """Record who took a list, which, and how many rows; `filters` hold no personal data."""
    admins_only(actor)
    record(
        actions.DATA_EXPORT,
        actor=actor,
        what=what,
        filters=dict(filters),
        count=count,
        is_cut=is_cut,
    )
