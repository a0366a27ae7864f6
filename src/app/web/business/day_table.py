"""A day of a calendar as a table: workers are its columns, stretches of time its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

Kind: TypeAlias = Literal["free", "closed", "taken"]
Span: TypeAlias = tuple[int, int]

STEPS: Final = (30, 15, 10, 5)
"""Minutes that a row may stand for: the longest that cuts nothing."""
HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a column, in epoch minutes: a visit, or with none of it time off."""

    begins: int
    ends: int
    visit: Any = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A worker: when they are open, and what they have."""

    key: int
    name: str
    open: Sequence[Span]
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of one column; `rows` is how many rows it is high."""

    column: Column
    kind: Kind
    begins: int
    ends: int
    rows: int
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """The cells that begin at a minute."""

    minute: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class DayTable:
    """The whole day; without a row nobody is open and nothing is there."""

    step: int
    columns: Sequence[Column]
    rows: Sequence[Row]


def lay_out(columns: Sequence[Column]) -> DayTable:
    """The table from the first full hour that is needed to the last.

    What overlaps in a column, such as a visit that was squeezed in, shares one cell.
    """
    stretches = [*_open_spans(columns), *_taken_spans(columns)]
    if not stretches:
        return DayTable(STEPS[0], columns, ())
    first = min(begins for begins, _ in stretches) // HOUR * HOUR
    last = -(-max(ends for _, ends in stretches) // HOUR) * HOUR
    step = next(
        (one for one in STEPS if not any(at % one for span in stretches for at in span)), STEPS[-1]
    )
    cells = [cell for column in columns for cell in _cells(column, first, last, step)]
    rows = [
        Row(minute, tuple(cell for cell in cells if cell.begins == minute))
        for minute in range(first, last, step)
    ]
    return DayTable(step, columns, rows)


def _open_spans(columns: Sequence[Column]) -> Iterator[Span]:
    for column in columns:
        yield from column.open


def _taken_spans(columns: Sequence[Column]) -> Iterator[Span]:
    for column in columns:
        yield from ((one.begins, one.ends) for one in column.entries if one.visit is not None)


def _cells(column: Column, first: int, last: int, step: int) -> Iterator[Cell]:
    """A column from its first to its last minute without a gap."""
    at = first
    for begins, ends, entries in _clusters(column, first, last, step):
        yield from _untaken(column, at, begins, step)
        yield Cell(column, "taken", begins, ends, (ends - begins) // step, entries)
        at = ends
    yield from _untaken(column, at, last, step)


def _clusters(
    column: Column, first: int, last: int, step: int
) -> Iterator[tuple[int, int, tuple[Entry, ...]]]:
    """What overlaps, together: from whole row to whole row, within the table."""
    together: list[Entry] = []
    begins = ends = first
    for entry in sorted(column.entries, key=lambda one: (one.begins, one.ends)):
        from_, to = (
            max(first, entry.begins // step * step),
            min(last, -(-entry.ends // step) * step),
        )
        if from_ >= to:
            continue
        if together and from_ < ends:
            together.append(entry)
            ends = max(ends, to)
            continue
        if together:
            yield begins, ends, tuple(together)
        together, begins, ends = [entry], from_, to
    if together:
        yield begins, ends, tuple(together)


def _untaken(column: Column, begins: int, ends: int, step: int) -> Iterator[Cell]:
    """A gap between what is taken: free where the column is open, else closed."""
    at = begins
    for opens, closes in sorted(column.open):
        free, end = max(at, -(-opens // step) * step), min(ends, closes // step * step)
        if free >= end:
            continue
        if at < free:
            yield Cell(column, "closed", at, free, (free - at) // step)
        yield Cell(column, "free", free, end, (end - free) // step)
        at = end
    if at < ends:
        yield Cell(column, "closed", at, ends, (ends - at) // step)
