"""What people are looked up by: a key of the name, and columns that the database works out."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Computed, Index
from sqlalchemy.orm import Mapped, mapped_column, validates
from sqlalchemy.schema import SchemaItem

from app.models.base import exact, text
from app.support.search_text import LONGEST_KEY, name_key

PHONE_END: Final = 6
"""So many last digits tell numbers apart, and are the same with and without a country's code."""

_PUNCTUATION = " -()/.+"


def _digits_of(phone: str) -> str:
    for sign in _PUNCTUATION:
        phone = f"replace({phone}, '{sign}', '')"
    return phone


COMPUTED: Final = {
    "later_names": (exact(LONGEST_KEY), "substr(name_key, instr(name_key, ' ') + 1)"),
    "phone_end": (text(PHONE_END), f"substr({_digits_of('phone')}, -{PHONE_END})"),
}
"""No operation writes them, and no row is loaded with them."""

SEARCH_KEYS: Final = ("name_key", *COMPUTED)


class Named:
    """A person's name, and the key under which it is found: both databases compare it alike."""

    name: Mapped[str] = mapped_column(text(128))
    name_key: Mapped[str] = mapped_column(exact(LONGEST_KEY), server_default="", deferred=True)

    @validates("name")
    def _key_of_name(self, _field: str, name: str) -> str:
        if name != self.name:
            self.name_key = name_key(name)
        return name


def search_keys(table: str) -> tuple[SchemaItem, ...]:
    """The computed columns of a table with a name and a phone, and an index on each key."""
    columns = (
        Column(name, kind, Computed(sql, persisted=False)) for name, (kind, sql) in COMPUTED.items()
    )
    indexes = (Index(f"ix_{table}_{name}_id", name, "id") for name in SEARCH_KEYS)
    return (*columns, *indexes)
