"""What people are looked up by: columns that the database itself works out from name and phone."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Computed, Index
from sqlalchemy.schema import SchemaItem

from app.models.base import text

SEARCH_KEYS: Final = ("name_key", "later_names", "phone_end")
"""Of both tables of people: no operation writes them, and no row is loaded with them."""

PHONE_END: Final = 6
"""So many last digits tell numbers apart, and are the same with and without a country's code."""

_PUNCTUATION = " -()/.+"


def _digits_of(phone: str) -> str:
    for sign in _PUNCTUATION:
        phone = f"replace({phone}, '{sign}', '')"
    return phone


EXPRESSIONS: Final = {
    "name_key": "lower(name)",
    "later_names": "lower(substr(name, instr(name, ' ') + 1))",
    "phone_end": f"substr({_digits_of('phone')}, -{PHONE_END})",
}
_LENGTHS = {"name_key": 128, "later_names": 128, "phone_end": PHONE_END}


def search_keys(table: str) -> tuple[SchemaItem, ...]:
    """The columns of a table with a name and a phone, and an index on each."""
    columns = (
        Column(name, text(_LENGTHS[name]), Computed(sql, persisted=False))
        for name, sql in EXPRESSIONS.items()
    )
    indexes = (Index(f"ix_{table}_{name}_id", name, "id") for name in SEARCH_KEYS)
    return (*columns, *indexes)
