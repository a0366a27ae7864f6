"""Statements of the hot path: compiled once for a database, executed on the driver's own cursor.

SQLAlchemy takes some 30 µs of processor to execute a statement that it knows already, the driver
4 on SQLite; a scan makes seven. What is the same each time is kept here: the text, the order of
the values, the conversions of their types. Errors, events and the guard are those of any statement.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NoReturn, Protocol, TypeAlias

from sqlalchemy import CompoundSelect, Connection, Dialect, Select, UpdateBase
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
Statement: TypeAlias = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | UpdateBase
_Convert = Callable[[Any], Any] | None
_LIST = re.compile(r"__\[POSTCOMPILE_(\w+)\]")
_MOST_TEXTS = 512


class _Cursor(Protocol):
    rowcount: int
    lastrowid: int

    def execute(self, text: str, values: Sequence[Any]) -> object: ...
    def executemany(self, text: str, values: Sequence[Sequence[Any]]) -> object: ...
    def fetchall(self) -> Iterable[Sequence[Any]]: ...


class Prepared:
    """A statement that is built once, at import; each execution gives all of its values by name."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._forms: dict[str, _Form] = {}

    def rows(self, connection: Connection, values: Values) -> list[Any]:
        """All rows, as named tuples."""
        form = self._form(connection.dialect)
        return form.rows(form.execute(connection, values).fetchall())

    def first(self, connection: Connection, values: Values) -> Any | None:
        """The first row as a named tuple, None without one."""
        found = self.rows(connection, values)
        return found[0] if found else None

    def change(self, connection: Connection, values: Values) -> int:
        """How many rows an UPDATE or a DELETE met."""
        return self._form(connection.dialect).execute(connection, values).rowcount

    def insert(self, connection: Connection, values: Values) -> int:
        """The id of the row that was inserted."""
        return self._form(connection.dialect).execute(connection, values).lastrowid

    def each(self, connection: Connection, values: Sequence[Values]) -> None:
        """An INSERT or a change for each of them."""
        self._form(connection.dialect).execute_many(connection, values)

    def _form(self, dialect: Dialect) -> _Form:
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self.statement, dialect)
        return form


class _Form:
    """A statement as one dialect has it."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        if not dialect.positional:
            raise TypeError("prepared statements need positional values")
        if left := [*getattr(compiled, "insert_prefetch", ()), *compiled.update_prefetch]:
            raise TypeError(f"a prepared statement names every value: {left}")
        self._options: Values = statement.get_execution_options()
        self._text = str(compiled)
        self._mark = "?" if dialect.paramstyle == "qmark" else "%s"
        self._changes = isinstance(statement, UpdateBase)
        self._lists = tuple(_LIST.findall(self._text))
        self._texts: dict[tuple[int, ...], str] = {}
        self._slots = tuple(
            (name, name in self._lists, _binder(compiled.binds[name].type, dialect))
            for name in compiled.positiontup or ()
        )
        self._constants = {
            name: bound.value for name, bound in compiled.binds.items() if not bound.required
        }
        columns = () if isinstance(statement, UpdateBase) else statement.selected_columns
        names = [one.key or "" for one in columns]
        row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # its names are found here
        self._make_row = row._make
        readers = [_reader(one.type, dialect) for one in columns]
        self._readers = [(place, read) for place, read in enumerate(readers) if read]

    def execute(self, connection: Connection, values: Values) -> _Cursor:
        return self._run(connection, self._spelt(values), self._laid_out(values), many=False)

    def execute_many(self, connection: Connection, values: Sequence[Values]) -> None:
        laid_out = [self._laid_out(one) for one in values]
        self._run(connection, self._text, laid_out, many=True)

    def rows(self, found: Iterable[Sequence[Any]]) -> list[Any]:
        make, readers = self._make_row, self._readers
        if not readers:
            return [make(row) for row in found]
        rows = []
        for row in found:
            read = list(row)
            for place, convert in readers:
                read[place] = convert(read[place])
            rows.append(make(read))
        return rows

    def _spelt(self, values: Values) -> str:
        """The text, with a mark for each element of its lists."""
        if not self._lists:
            return self._text
        lengths = tuple(len(self._value(name, values)) for name in self._lists)
        text = self._texts.get(lengths)
        if text is None:
            marks = iter([", ".join([self._mark] * length) or "NULL" for length in lengths])
            text = _LIST.sub(lambda _: next(marks), self._text)
            if len(self._texts) < _MOST_TEXTS:
                self._texts[lengths] = text
        return text

    def _value(self, name: str, values: Values) -> Any:
        return values[name] if name in values else self._constants[name]

    def _laid_out(self, values: Values) -> list[Any]:
        laid_out: list[Any] = []
        for name, is_list, convert in self._slots:
            value = self._value(name, values)
            if is_list:
                laid_out.extend(value if convert is None else map(convert, value))
            else:
                laid_out.append(value if convert is None else convert(value))
        return laid_out

    def _run(self, connection: Connection, text: str, values: Any, *, many: bool) -> _Cursor:
        return _run(connection, text, values, self._options, many=many, changes=self._changes)


def say(connection: Connection, text: str) -> None:
    """Execute a text that has no values and no rows, such as BEGIN."""
    _run(connection, text, (), {}, many=False, changes=False)


def _run(
    connection: Connection,
    text: str,
    values: Any,
    options: Values,
    *,
    many: bool,
    changes: bool,
) -> _Cursor:
    """Execute, and tell who listens: the guard of changes alone, a counter or a tracer of all."""
    cursor: Any = connection.connection.cursor()
    before, after = connection.dispatch.before_cursor_execute, None
    context = None
    if changes or before:
        after = connection.dispatch.after_cursor_execute
        context = SimpleNamespace(execution_options=options, dialect=connection.dialect)
    if before:
        before(connection, cursor, text, values, context, many)
    try:
        if many:
            cursor.executemany(text, values)
        else:
            cursor.execute(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        _translate(connection, error, text)
    if after:
        after(connection, cursor, text, values, context, many)
    return cursor  # type: ignore[no-any-return]


def _translate(connection: Connection, error: Any, text: str) -> NoReturn:
    """Raise what SQLAlchemy would; a connection that is lost is not used again."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection, None)
    if is_lost:
        connection.invalidate(error)
    raise DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
    ) from error


def _binder(kind: TypeEngine[Any], dialect: Dialect) -> _Convert:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> _Convert:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
