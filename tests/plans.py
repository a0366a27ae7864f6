"""How the database finds what a request asks for: the plan of each statement, and all that it touches.

Statements are explained at the engine, in their transaction and with their values, just before
they run. What they touch is counted, not estimated: rows read (MariaDB's handlers) or steps of the
virtual machine (SQLite).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, event

from app.database import db
from app.models import Base

_EXPLAINED = re.compile(r"\s*(SELECT|UPDATE|DELETE)\b|\s*\(\s*SELECT\b", re.I)
_ALIAS = re.compile(r"\b(?:FROM|JOIN|UPDATE|,)\s+`?(\w+)`? AS `?(\w+)`?", re.I)
_LIMIT = re.compile(r"\bLIMIT\b", re.I)
_SORTS = ("Using filesort", "Using temporary")
_BY_INDEX = ("const", "eq_ref", "ref", "range", "ref_or_null", "system")
_MERGED = ("index_merge", "index_subquery", "unique_subquery")
_READ_ROWS = "SHOW SESSION STATUS LIKE 'Handler_read%'"
_STEP = re.compile(r"(SCAN|SEARCH) (\w+)(.*)")


@dataclass(frozen=True, slots=True)
class Step:
    """One table of a plan; `rows` is the database's estimate, where it has one."""

    table: str
    access: str
    rows: int | None
    told: str

    def __str__(self) -> str:
        rows = "" if self.rows is None else f" {self.rows} rows"
        return f"{self.table}: {self.access}{rows} {self.told}".rstrip()


@dataclass(slots=True)
class Asked:
    """A statement, its plan, and what it touched: rows on MariaDB, steps on SQLite."""

    statement: str
    steps: list[Step]
    touched: int = 0

    @property
    def has_limit(self) -> bool:
        return _LIMIT.search(self.statement) is not None

    def __str__(self) -> str:
        plan = "".join(f"\n    {step}" for step in self.steps)
        return f"{self.statement}{plan}\n    touched {self.touched}"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a statement may read: estimated rows, and what it touches."""

    rows: int
    touched: int


@dataclass(slots=True)
class _Watch:
    asked: list[Asked] = field(default_factory=list)
    is_explaining: bool = False
    before: int = 0
    own: int | None = None

    def step(self) -> None:
        if self.asked and not self.is_explaining:
            self.asked[-1].touched += 1


@contextmanager
def explained() -> Iterator[list[Asked]]:
    """Collect what a block reads, changes or deletes, each statement with its plan."""
    watch = _Watch()
    look = _Sqlite(watch) if db.engine.dialect.name == "sqlite" else _MariaDB(watch)
    event.listen(db.engine, "before_cursor_execute", look.before)
    event.listen(db.engine, "after_cursor_execute", look.after)
    try:
        yield watch.asked
    finally:
        event.remove(db.engine, "before_cursor_execute", look.before)
        event.remove(db.engine, "after_cursor_execute", look.after)
        look.end()


def complaints(asked: Asked, bounds: Bounds, may_read: frozenset[str]) -> list[str]:
    """What is wrong with a statement's plan; tables that it `may_read` whole are not looked at."""
    found = [
        f"{problem}: {step}"
        for step in asked.steps
        if step.table not in may_read and (problem := _problem(step, asked, bounds)) is not None
    ]
    is_exempt = any(step.table in may_read for step in asked.steps)
    if asked.touched > bounds.touched and not is_exempt:
        found.append(f"touches {asked.touched}, more than {bounds.touched}")
    return found


def _problem(step: Step, asked: Asked, bounds: Bounds) -> str | None:
    if step.access in ("ALL", "SCAN"):
        return None if step.access == "SCAN" and asked.has_limit else "reads a table"
    is_sorted = any(word in step.told for word in _SORTS)
    stops = asked.has_limit and not is_sorted
    if step.access == "index":
        return None if stops else "reads an index"
    if step.access not in (*_BY_INDEX, *_MERGED, "SEARCH"):
        return "is an access that nobody judged"
    if step.rows is not None and step.rows > bounds.rows and not stops:
        return "reads a range without bounds"
    return None


def _estimate(rows: object) -> int:
    """Where a second index thins them out first, the share that it leaves stands behind: `12 (3%)`."""
    return int(str(rows or 0).partition(" ")[0])


class _MariaDB:
    """EXPLAIN, and the session's handler counters around each statement."""

    def __init__(self, watch: _Watch) -> None:
        self._watch = watch

    def before(
        self, connection: Connection, _: Any, statement: str, values: Any, _context: Any, many: bool
    ) -> None:
        if not _EXPLAINED.match(statement):
            return
        with connection.connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {statement}", values[0] if many else values)
            names = _names(statement)
            steps = [
                Step(
                    names[row[2]],
                    row[3].partition("|")[0],
                    _estimate(row[8]),
                    f"{row[5]} {row[9] or ''}",
                )
                for row in cursor.fetchall()
                if row[2] in names
            ]
            self._watch.asked.append(Asked(statement, steps))
            if self._watch.own is None:
                first = _handler_reads(cursor)
                self._watch.own = _handler_reads(cursor) - first
            self._watch.before = _handler_reads(cursor)

    def after(self, connection: Connection, _: Any, statement: str, *__: Any) -> None:
        if _EXPLAINED.match(statement):
            with connection.connection.cursor() as cursor:
                read = _handler_reads(cursor) - self._watch.before - (self._watch.own or 0)
            self._watch.asked[-1].touched = read

    def end(self) -> None:
        """Nothing was left in the connection."""


class _Sqlite:
    """EXPLAIN QUERY PLAN, and the virtual machine's steps until the next statement."""

    def __init__(self, watch: _Watch) -> None:
        self._watch = watch
        self._watched: set[Any] = set()

    def before(
        self, connection: Connection, _: Any, statement: str, values: Any, _context: Any, many: bool
    ) -> None:
        driver = connection.connection.driver_connection
        self._watch.is_explaining = True
        if _EXPLAINED.match(statement):
            query = f"EXPLAIN QUERY PLAN {statement}"
            found = driver.execute(query, values[0] if many else values).fetchall()
            self._watch.asked.append(Asked(statement, _sqlite_steps(statement, found)))
            self._watch.is_explaining = False
        driver.set_progress_handler(self._watch.step, 1)
        self._watched.add(driver)

    def after(self, *_: Any) -> None:
        """SQLite steps on while the rows are fetched."""

    def end(self) -> None:
        for driver in self._watched:
            driver.set_progress_handler(None, 1)


def _handler_reads(cursor: Any) -> int:
    cursor.execute(_READ_ROWS)
    return sum(int(value) for _, value in cursor.fetchall())


def _sqlite_steps(statement: str, plan: list[tuple[int, int, int, str]]) -> list[Step]:
    names = _names(statement)
    steps = []
    for *_, told in plan:
        found = _STEP.match(told)
        if found is not None and found[2] in names:
            steps.append(Step(names[found[2]], found[1], None, found[3].strip()))
    return steps


def _names(statement: str) -> dict[str, str]:
    """Our tables, by what a plan may call them in this statement."""
    tables = Base.metadata.tables
    aliases = {alias: name for name, alias in _ALIAS.findall(statement) if name in tables}
    return {name: name for name in tables} | aliases


@dataclass(frozen=True, slots=True)
class Cost:
    """How many statements a request asks, and what they touch in all."""

    statements: int
    touched: int


def cost(call: Callable[[], Any]) -> Cost:
    """What a request that succeeds costs."""
    with explained() as asked:
        answer = call()
    assert answer.status_code == 200, answer.text
    return Cost(len(asked), sum(one.touched for one in asked))
