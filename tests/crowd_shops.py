"""Businesses by the thousand, one of them with years of appointments and reviews; see tests/crowd.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.models import (
    Base,
    Business,
    Claim,
    Favorite,
    Hours,
    Order,
    Resource,
    Review,
    Segment,
    Service,
    TimeOff,
    Worker,
)
from app.support.label_codes import new_label_code
from app.support.wall_time import minute_of
from tests.crowd_rows import fresh_number

FIRST, FIRST_ORDER = 1_000, 50_000
BUSINESSES, BIG_STAFF, APPOINTMENTS, FAVORITES = 1_200, 20, 1_500, 300
BIG = FIRST
"""The business that has the appointments; its slug is crowd-1000."""
_STATUSES = ("approved", "approved", "approved", "pending", "rejected")
_LIFE = ("completed", "completed", "cancelled", "no_show")

REGULAR = FIRST + 777
"""Who has all the appointments."""

Row = dict[str, Any]


@dataclass
class ShopRows:
    """What is stored of businesses; `hotel` has many favourites, and somebody all the appointments."""

    hotel: int
    begun: datetime
    now: datetime

    def by_table(self) -> Iterable[tuple[type[Base], list[Row]]]:
        """Parents first."""
        yield Business, [self._business(number) for number in range(BUSINESSES)]
        yield Service, [self._service(number) for number in range(BUSINESSES)]
        yield Worker, [self._worker(number) for number in range(BUSINESSES + BIG_STAFF)]
        yield Hours, [_hours(number) for number in range(BUSINESSES)]
        yield TimeOff, [self._absence(number) for number in range(BUSINESSES)]
        yield Resource, [_resource(number) for number in range(BIG_STAFF)]
        yield Favorite, [self._favorite(number) for number in range(FAVORITES)]
        orders = [self._order(number) for number in range(APPOINTMENTS)]
        yield Order, orders
        yield Segment, [_segment(order) for order in orders]
        yield Claim, [claim for order in orders for claim in _claims(order)]
        yield Review, [self._review(order) for order in orders if order["status"] == "completed"]

    def _stamps(self) -> Row:
        return {"created_at": self.begun, "updated_at": self.begun}

    def _business(self, number: int) -> Row:
        return {
            "id": FIRST + number,
            "owner_id": self.hotel if number == 0 else None,
            "slug": f"crowd-{FIRST + number}",
            "name": f"Shop {number}",
            "name_key": f"shop {number}",
            "category": ("spa", "repair", "beauty")[number % 3],
            "about_key": "cuts and colours",
            "city": "Town",
            "city_key": f"town {number % 40}",
            "lat_e6": 40_000_000 + number * 10_000,
            "lon_e6": 20_000_000,
            "timezone": "Europe/Warsaw",
            "currency": "EUR",
            "status": _STATUSES[number % len(_STATUSES)],
            **self._stamps(),
        }

    def _service(self, number: int) -> Row:
        return {
            "id": 20_000 + number,
            "business_id": FIRST + number,
            "name": "Cut",
            "name_key": "cut",
            "price": Decimal(9),
            "duration_minutes": 30,
            "status": "active",
            **self._stamps(),
        }

    def _worker(self, number: int) -> Row:
        """The staff of the big one, then one of each business: with an account, and a code."""
        is_big = number < BIG_STAFF
        return {
            "id": 20_000 + number,
            "business_id": BIG if is_big else FIRST + number - BIG_STAFF,
            "user_id": None if is_big else FIRST + number - BIG_STAFF,
            "name": "Will",
            "email": f"big{number}@crowd.example",
            "invite_digest": number.to_bytes(32, "big"),
            **self._stamps(),
        }

    def _favorite(self, number: int) -> Row:
        return {"user_id": self.hotel, "business_id": FIRST + number, "created_at": self.begun}

    def _absence(self, number: int) -> Row:
        """Each worker was away for a day once."""
        begun = self.begun + timedelta(days=number % 300)
        return {
            "worker_id": 20_000 + BIG_STAFF + number,
            "starts_at": begun,
            "ends_at": begun + timedelta(days=1),
            "created_at": self.begun,
        }

    def _order(self, number: int) -> Row:
        starts_at = self.now + timedelta(days=5) - timedelta(hours=6 * number)
        is_ahead = starts_at > self.now
        return {
            "id": FIRST_ORDER + number,
            "order_number": fresh_number(),
            "label_code": new_label_code(),
            "channel": "v1",
            "customer_id": REGULAR,
            "business_id": BIG,
            "worker_id": 20_000 + number % BIG_STAFF,
            "service_id": 20_000,
            "service_name": "Cut",
            "total_cost": Decimal(9),
            "currency": "EUR",
            "name": "Guest",
            "name_key": "guest of shop",
            "status": "confirmed" if is_ahead else _LIFE[number % len(_LIFE)],
            "status_since": self.begun,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=30),
            "version": 1,
            **self._stamps(),
        }

    def _review(self, order: Row) -> Row:
        return {
            "order_id": order["id"],
            "business_id": BIG,
            "user_id": REGULAR,
            "rating": 4,
            "hidden_at": self.begun if order["id"] % 3 == 0 else None,
            **self._stamps(),
        }


def _resource(number: int) -> Row:
    worker_id = 20_000 + number
    return {"id": worker_id, "kind": "worker", "business_id": BIG, "worker_id": worker_id}


def _segment(order: Row) -> Row:
    begins = minute_of(order["starts_at"])
    taken = {"busy_start": begins, "busy_end": begins + 30, "lane": 0}
    return {"order_id": order["id"], "resource_id": order["worker_id"], **taken}


def _claims(order: Row) -> list[Row]:
    first = minute_of(order["starts_at"]) // 5
    whose = {"order_id": order["id"], "resource_id": order["worker_id"], "lane": 0}
    return [{"bucket": first + number, **whose} for number in range(6)]


def _hours(number: int) -> Row:
    return {
        "business_id": FIRST + number,
        "weekday": number % 7,
        "opens": 540,
        "closes": 1020,
        "kind": "open",
    }
