"""Everything that is stored, in one statement: to show that what was refused changed nothing."""

from __future__ import annotations

from contextlib import closing
from functools import cache
from typing import Any

from sqlalchemy import Column, Dialect, LargeBinary, Table

from app import database
from app.models import Base


def picture() -> list[tuple[Any, ...]]:
    """Each row as a text under its table's name; not the ledger's records of refusals."""
    with database.transaction(write=False) as session:
        connection = session.connection()
        with closing(connection.connection.cursor()) as cursor:  # a text each has use for no types
            cursor.execute(_question(connection.dialect))
            return sorted(cursor.fetchall())


@cache
def _question(dialect: Dialect) -> str:
    return " UNION ALL ".join(_rows_of(table, dialect) for table in Base.metadata.sorted_tables)


def _rows_of(table: Table, dialect: Dialect) -> str:
    quote = dialect.identifier_preparer.quote
    values = [_value(column, quote(column.name), dialect) for column in table.columns]
    text = " || ',' || ".join(values) if dialect.name == "sqlite" else _joined(values)
    kept = " WHERE refusal_key IS NULL" if "refusal_key" in table.columns else ""
    return f"SELECT '{table.name}', {text} FROM {table.name}{kept}"


def _joined(values: list[str]) -> str:
    return f"CONCAT_WS(_binary',', {', '.join(values)})"


def _value(column: Column[Any], name: str, dialect: Dialect) -> str:
    """A text that tells NULL from every value, and bytes as they are."""
    if dialect.name != "sqlite" and isinstance(column.type, LargeBinary):
        return f"COALESCE(HEX({name}), 'NULL')"
    return f"QUOTE({name})"
