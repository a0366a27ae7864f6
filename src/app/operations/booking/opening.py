"""The opening hours of a business and of its workers, as its rows tell them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import bindparam, or_, select

from app.database import connection
from app.database.prepared import Prepared
from app.models import Hours
from app.support.opening_hours import OpeningHours, Rule

_HOURS = Prepared(
    select(Hours.worker_id, Hours.opens, Hours.closes, Hours.weekday, Hours.day, Hours.kind).where(
        Hours.business_id == bindparam("business_id"),
        or_(Hours.day.is_(None), Hours.day.between(bindparam("first"), bindparam("last"))),
    )
)


def read_hours(business_id: int, first: date, last: date) -> dict[int | None, OpeningHours]:
    """The hours from one day to another, by worker; under None those of the business itself.

    One statement. Who is not in it has no rule for these days; who has the same rules as another
    has the same hours.
    """
    rules: dict[int | None, set[Rule]] = defaultdict(set)
    values = {"business_id": business_id, "first": first, "last": last}
    for worker_id, opens, closes, weekday, day, kind in _HOURS.rows(connection(), values):
        rules[worker_id].add(Rule(opens, closes, weekday, day, kind == "open"))
    alike: dict[frozenset[Rule], OpeningHours] = {}
    for found in map(frozenset, rules.values()):
        alike.setdefault(found, OpeningHours(found))
    return {worker_id: alike[frozenset(found)] for worker_id, found in rules.items()}
