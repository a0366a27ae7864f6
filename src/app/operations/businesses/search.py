"""Finding businesses: by words, kind and city, near a place, open at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, func, or_, select

from app.database import db
from app.models import Business, Hours, Service
from app.operations.businesses.access import IS_PUBLIC
from app.support.distances import Place, box_around, kilometres
from app.support.opening_hours import OpeningHours, Rule
from app.support.search_text import folded, name_key
from app.support.wall_time import WallClock, minute_of

Sort = Literal["name", "rating", "distance", "newest"]

MOST_WORDS: Final = 6
_NIGHTS = timedelta(days=2)
"""Hours of a day may reach so far into those after it."""

_RATING = Business.rating_sum * 1.0 / func.nullif(Business.rating_count, 0)
_ORDERS: dict[Sort, tuple[ColumnElement[Any], ...]] = {
    "name": (Business.name_key.asc(), Business.id.asc()),
    "rating": (_RATING.desc(), Business.rating_count.desc(), Business.id.asc()),
    "newest": (Business.id.desc(),),
    "distance": (Business.id.asc(),),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which businesses are wanted; with a place those within `radius_km`, `open_at` an instant."""

    words: str | None = None
    category: str | None = None
    city: str | None = None
    near: Place | None = None
    radius_km: float = 0
    open_at: datetime | None = None
    sort: Sort = "name"


@dataclass(frozen=True, slots=True)
class Found:
    """A business, and how far it is from the place that was named."""

    business: Business
    distance_km: float | None


def find_businesses(wanted: Wanted, *, page: int, per_page: int) -> tuple[list[Found], int]:
    """One page of the public businesses that are wanted, and how many there are in all.

    Two statements, and one more for `open_at`. Those near a place are found by a box along an
    index, then measured; `distance` sorts the nearest first.
    """
    which = _conditions(wanted)
    columns = (Business.id, Business.lat_e6, Business.lon_e6, Business.timezone)
    rows: Sequence[Any] = db.session.execute(
        select(*columns).where(*which).order_by(*_ORDERS[wanted.sort])
    ).all()
    if wanted.open_at is not None:
        is_open = _open_ones(rows, which, wanted.open_at)
        rows = [row for row in rows if row.id in is_open]
    distances: dict[int, float] = {}
    if wanted.near is not None:
        for row in rows:
            distance = kilometres(wanted.near, Place(row.lat_e6, row.lon_e6))
            if distance <= wanted.radius_km:
                distances[row.id] = distance
        rows = [row for row in rows if row.id in distances]
        if wanted.sort == "distance":
            rows = sorted(rows, key=lambda row: (distances[row.id], row.id))
    shown = [row.id for row in rows[(page - 1) * per_page : page * per_page]]
    businesses = _read(shown)
    return [Found(businesses[one], distances.get(one)) for one in shown], len(rows)


def count_categories() -> dict[str, int]:
    """How many public businesses there are of each kind; one statement."""
    query = select(Business.category, func.count()).where(IS_PUBLIC).group_by(Business.category)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    which: list[ColumnElement[bool]] = [IS_PUBLIC]
    if wanted.category is not None:
        which.append(Business.category == wanted.category)
    if wanted.city is not None:
        which.append(Business.city_key == name_key(wanted.city))
    if wanted.near is not None:
        box = box_around(wanted.near, wanted.radius_km)
        sides = [Business.lon_e6.between(west, east) for west, east in box.longitudes]
        which += [Business.lat_e6.between(box.south_e6, box.north_e6), or_(*sides)]
    which += [_tells_of(word) for word in folded(wanted.words or "").split()[:MOST_WORDS]]
    return which


def _tells_of(word: str) -> ColumnElement[bool]:
    """A word stands in what a business tells of itself, or in the name of what it offers."""
    own = (Business.name_key, Business.city_key, Business.about_key, Business.category)
    offers = exists().where(
        Service.business_id == Business.id,
        Service.status == "active",
        Service.name_key.contains(word, autoescape=True),
    )
    return or_(*(column.contains(word, autoescape=True) for column in own), offers)


def _open_ones(
    rows: Sequence[Any], which: Sequence[ColumnElement[bool]], at: datetime
) -> frozenset[int]:
    """Which of them are open at an instant, by the hours of the business itself."""
    near = Hours.day.between((at - 2 * _NIGHTS).date(), (at + _NIGHTS).date())
    query = (
        select(Hours.business_id, Hours.opens, Hours.closes, Hours.weekday, Hours.day, Hours.kind)
        .join(Business, Business.id == Hours.business_id)
        .where(*which, Hours.worker_id.is_(None), or_(Hours.day.is_(None), near))
    )
    rules: dict[int, list[Rule]] = defaultdict(list)
    for business_id, opens, closes, weekday, day, kind in db.session.execute(query):
        rules[business_id].append(Rule(opens, closes, weekday, day, kind == "open"))
    zones = {row.id: row.timezone for row in rows}
    minute = minute_of(at)
    return frozenset(
        one for one in rules.keys() & zones.keys() if _is_open(rules[one], zones[one], minute)
    )


def _is_open(rules: Sequence[Rule], zone: str, minute: int) -> bool:
    clock = WallClock(ZoneInfo(zone))
    today = clock.wall(minute)[0]
    spans = OpeningHours(rules).between(today - _NIGHTS, today, clock)
    return any(start <= minute < end for start, end in spans)


def _read(ids: Sequence[int]) -> dict[int, Business]:
    if not ids:
        return {}
    rows = db.session.scalars(select(Business).where(Business.id.in_(ids)))
    return {row.id: row for row in rows}
