"""Finding people by what somebody types: a name or its beginning, a phone number, an e-mail address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import FromClause, Select, literal, select, true, union_all
from sqlalchemy.sql.elements import ColumnElement

from app.database import db
from app.models import User
from app.models.search_keys import PHONE_END
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.support.search_text import BEYOND, is_same_phone, name_key, phone_digits

MOST_OF_A_WAY = 25
"""Rows that each way to look contributes at most."""

SHORTEST_BEGINNING = 2

SAME, SAME_PHONE, BEGINS = range(3)
"""How well a row matches; of a phone number only the end was compared."""


def search_customers(text: str, *, limit: int, actor: Actor) -> list[User]:
    """The customers whom a text may mean, the best matches first; one statement."""
    admins_only(actor)
    ways = ways_to(User.__table__, "email", text)
    return _found(text, ways, User.role != "admin", limit=limit)


def search_people(text: str, *, limit: int, actor: Actor) -> list[User]:
    """The accounts of any role that a text may mean, by user name, too; one statement."""
    admins_only(actor)
    ways = ways_to(User.__table__, "email", text)
    if ways and not any(map(str.isspace, text.strip())):
        ways += alike(User.__table__, User.__table__.c.username, text.strip().lower())
    return _found(text, ways, true(), limit=limit)


def _found(
    text: str, ways: list[Select[int, int]], those: ColumnElement[bool], *, limit: int
) -> list[User]:
    if not ways:
        return []
    meant = union_all(*ways).subquery("meant")
    query = (
        select(User, meant.c.rank)
        .join(meant, meant.c.id == User.id)
        .where(those)
        .order_by(meant.c.rank, User.id.desc())
    )
    return best_matches(text, db.session.execute(query), limit)


def ways_to(table: FromClause, email: str, text: str) -> list[Select[int, int]]:
    """Ids and ranks of the rows that a text may mean; each way is a bounded range of an index.

    What is the same comes newest first, then what begins so. One word may begin a name or an
    address. `table` has the search keys; no way is left when the text is too short.
    """
    text = text.strip()
    if (digits := phone_digits(text)) is not None:
        return [_same(table, table.c["phone_end"], digits[-PHONE_END:], SAME_PHONE)]
    ways: list[Select[int, int]] = []
    if "@" not in text:
        for name in ("name_key", "later_names"):
            ways += alike(table, table.c[name], name_key(text))
    if not any(map(str.isspace, text)):
        ways += alike(table, table.c[email], text.lower())
    return ways


def alike(table: FromClause, column: ColumnElement[str], value: str) -> list[Select[int, int]]:
    """The newest rows with this very value, and rows whose value begins so; of two letters or more."""
    if len(value) < SHORTEST_BEGINNING:
        return []
    some = select(table.c.id).where(column > value, column < value + BEYOND)
    in_order = some.order_by(column).limit(MOST_OF_A_WAY)
    return [_same(table, column, value, SAME), _ranked(in_order, BEGINS)]


def best_matches(text: str, found: Iterable[Any], limit: int) -> list[Any]:
    """Of (row, rank) the rows, each once; those of another phone with the same end left out."""
    digits = phone_digits(text.strip())
    rows: dict[int, Any] = {}
    for row, rank in found:
        if rank != SAME_PHONE or is_same_phone(digits or "", row.phone or ""):
            rows.setdefault(row.id, row)
    return list(rows.values())[:limit]


def _same(table: FromClause, column: ColumnElement[str], value: str, rank: int) -> Select[int, int]:
    newest = select(table.c.id).where(column == value).order_by(table.c.id.desc())
    return _ranked(newest.limit(MOST_OF_A_WAY), rank)


def _ranked(ids: Select[int], rank: int) -> Select[int, int]:
    some = ids.subquery()
    return select(some.c.id, literal(rank).label("rank"))
