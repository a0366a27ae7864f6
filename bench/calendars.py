"""A business with full calendars: twenty workers, and every order of the store an appointment.

Each worker has eight visits of half an hour a day, in sixteen places of their eight hours, six
days a week; those of the half year before today and the other half after it. Their claims are left
out: nobody who asks for free time reads them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from app.support.wall_time import instant_of, minute_of
from bench.rows import Row
from bench.stores import Store

SLUG, BUSINESS_ID, SERVICE_ID = "salon", 2, 1_000
FIRST_WORKER, WORKERS = 1_000, 20
DAYS, VISITS, LONG = 30, 8, 30
"""Days that are asked for; visits of a worker and day, and their minutes."""

STATUSES = ("created", "confirmed", "confirmed", "confirmed")
_PLACES = [540 + 30 * number for number in range(16)]
_ORDERS = """UPDATE orders SET business_id = ?, service_id = ?, worker_id = ?, status = ?,
starts_at = ?, ends_at = ?, local_start = ?, timezone = 'UTC' WHERE id = ?"""
_SEGMENTS = """INSERT INTO segments (order_id, resource_id, lane, busy_start, busy_end) VALUES
(?, ?, 0, ?, ?)"""
_BLOCK = 2_000


def insert(store: Store, cursor: Any) -> None:
    """The business with its workers and their hours, and an appointment of each order."""

    def put(table: str, **values: Any) -> None:
        marks = ", ".join("?" * len(values))
        statement = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"
        cursor.execute(store.sql(statement), tuple(values.values()))

    at = datetime.now(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    stamps = {"created_at": at, "updated_at": at, "version": 1}
    own: dict[str, Any] = {"business_id": BUSINESS_ID}
    rules: dict[str, Any] = {"slot_step_minutes": 15, "lead_minutes": 0, "horizon_days": 300}
    rules |= {"cancel_cutoff_minutes": 0, "auto_confirm": 0, "timezone": "UTC", "currency": "EUR"}
    name = {"slug": SLUG, "name": "Salon", "name_key": "salon", "city_key": ""}
    kind = {"category": "beauty", "status": "approved"}
    put("businesses", id=BUSINESS_ID, **name, **kind, **rules, **stamps)
    service = {"name": "Cut", "price": 20, "duration_minutes": LONG, "status": "active"}
    put("services", id=SERVICE_ID, **own, **service, **stamps)
    for weekday in range(7):
        put("hours", **own, weekday=weekday, opens=480, closes=1080, kind="open")
    for worker_id in range(FIRST_WORKER, FIRST_WORKER + WORKERS):
        put("workers", id=worker_id, **own, name=f"Worker {worker_id}", is_active=1, **stamps)
        lanes = {"units": 1, "is_active": 1, "calendar_version": 1}
        put("resources", id=worker_id, **own, kind="worker", worker_id=worker_id, **lanes)
        for weekday in range(6):
            put("hours", **own, worker_id=worker_id, weekday=weekday, opens=540, closes=1020, kind="open")  # fmt: skip
    made = list(_appointments(store.orders))
    for start in range(0, len(made), _BLOCK):
        part = made[start : start + _BLOCK]
        cursor.executemany(store.sql(_SEGMENTS), [segment for segment, _ in part])
        cursor.executemany(store.sql(_ORDERS), [order for _, order in part])


def _appointments(orders: int) -> Iterator[tuple[Row, Row]]:
    """The segment of each order, and what changes of the order itself."""
    chance = random.Random(orders)
    today = minute_of(datetime.now(UTC)) // 1440 * 1440
    a_day = WORKERS * VISITS
    midnight = today - orders // a_day // 2 * 1440
    for first in range(1, orders + 1, a_day):
        ids = iter(range(first, min(first + a_day, orders + 1)))
        for worker_id in range(FIRST_WORKER, FIRST_WORKER + WORKERS):
            for place, order_id in zip(sorted(chance.sample(_PLACES, VISITS)), ids, strict=False):
                start, end = midnight + place, midnight + place + LONG
                times = [_text(start), _text(end), instant_of(start).isoformat()[:16]]
                status = "completed" if midnight < today else STATUSES[order_id % len(STATUSES)]
                change = (BUSINESS_ID, SERVICE_ID, worker_id, status, *times, order_id)
                yield (order_id, worker_id, start, end), change
        midnight += 1440


def _text(minute: int) -> str:
    return instant_of(minute).replace(tzinfo=None).isoformat(" ", "microseconds")
