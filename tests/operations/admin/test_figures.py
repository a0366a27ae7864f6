"""The dashboard's figures are those that somebody counts by hand over the same rows."""

from __future__ import annotations

import math
import random
import uuid
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app import database
from app.http.application import Application
from app.models import Device, Order, Service, Track
from app.operations.actors import SYSTEM
from app.operations.admin.dashboard import Dashboard, get_dashboard
from tests import factories
from tests.rows import writing

NOW = {
    "an ordinary day": ("Europe/Berlin", datetime(2026, 11, 20, 15, 40, tzinfo=UTC)),
    "a day of 23 hours": ("Europe/Berlin", datetime(2026, 3, 29, 19, 5, tzinfo=UTC)),
    "a day of 25 hours": ("Europe/Berlin", datetime(2026, 10, 25, 22, 30, tzinfo=UTC)),
    "the hour that comes twice": ("America/New_York", datetime(2026, 11, 1, 6, 20, tzinfo=UTC)),
    "a day that begins at one": ("Africa/Cairo", datetime(2026, 4, 24, 8, 0, tzinfo=UTC)),
    "a zone of half an hour": ("Asia/Kolkata", datetime(2026, 6, 1, 18, 45, tzinfo=UTC)),
    "just after midnight": ("Pacific/Auckland", datetime(2026, 7, 3, 12, 0, 1, tzinfo=UTC)),
}
WAY = ("created", "picked_up", "processing", "completed", "delivered")


def a_while(chance: random.Random, most: timedelta) -> timedelta:
    """Mostly short, now and then long; whole milliseconds."""
    return timedelta(milliseconds=int(most.total_seconds() * 1000 * chance.random() ** 3))


def add_scan(order: Order | None, device: Device, effective: datetime, **more: Any) -> Track:
    values = {
        "event_id": str(uuid.uuid4()),
        "kind": "scan",
        "order_id": order and order.id,
        "device_id": device.id,
        "content_digest": b"0" * 32,
        "action": "scanned",
        "occurred_at": effective,
        "effective_at": effective,
        "received_at": effective,
        "clock": "trusted",
        "result": "accepted",
        "verdict": "{}",
        "mac": b"0" * 32,
        "key_id": "none",
    }
    return Track(**values | more)


def live_a_while(chance: random.Random, at: datetime) -> None:
    """Two months of a business, as its rows."""
    services = [factories.service(name) for name in ("Wash", "Iron")]
    for station in ("COUNTER", "VAN", None):
        factories.device(station=station, last_seen_at=at - a_while(chance, timedelta(days=5)))
    factories.device(revoked_at=at, last_seen_at=at - timedelta(days=9))
    with writing() as session:
        devices = session.scalars(select(Device).where(Device.origin != "shared")).all()
    for _ in range(60):
        placed = at - a_while(chance, timedelta(days=58))
        steps, moment = [], placed
        for status in WAY[1 : chance.randint(1, 5)]:
            moment += a_while(chance, timedelta(days=8))
            if moment > at:
                break
            steps.append((status, moment))
        pickup = at.date() + timedelta(days=chance.randint(-3, 3))
        order = factories.order(
            chance.choice(services),
            created_at=placed,
            status_since=steps[-1][1] if steps else placed,
            status=steps[-1][0] if steps else "created",
            deleted_at=at if chance.random() < 0.1 else None,
            pickup_date=chance.choice(
                [None, f"{pickup}", f"{pickup}T09:00", f"{pickup}T22:30:00Z"]
            ),
        )
        with writing() as session:
            for status, moment in steps:
                arrived = min(at, moment + a_while(chance, timedelta(hours=30)))
                where = chance.choice([None, "PLANT"])
                doubt = chance.random() < 0.2
                session.add(
                    add_scan(
                        order,
                        chance.choice(devices),
                        moment,
                        action=status,
                        received_at=arrived,
                        location=where,
                        result="flagged" if doubt else "accepted",
                        reasons="stale" if doubt else "",
                    )
                )
            if chance.random() < 0.3:
                seen = at - a_while(chance, timedelta(days=40))
                session.add(
                    add_scan(
                        None,
                        chance.choice(devices),
                        seen,
                        result="rejected",
                        reasons="unknown_code",
                    )
                )


def middle(ordered: list[timedelta], percent: int) -> timedelta:
    return ordered[max(1, math.ceil(len(ordered) * percent / 100)) - 1]


class Counted:
    """The same figures, counted row by row."""

    def __init__(self, at: datetime, zone: ZoneInfo) -> None:
        with writing() as session:
            self.orders = [one for one in session.scalars(select(Order)) if one.deleted_at is None]
            self.tracks = list(session.scalars(select(Track)))
            self.devices = {one.id: one for one in session.scalars(select(Device))}
            self.services = {one.id: one.name for one in session.scalars(select(Service))}
        self.at, self.zone = at, zone
        self.today = self.day_of(at)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def is_late(self, order: Order) -> bool:
        if order.pickup_date is None or order.status in ("completed", "delivered", "cancelled"):
            return False
        text = order.pickup_date
        day = (
            self.day_of(datetime.fromisoformat(text))
            if text.endswith("Z")
            else date.fromisoformat(text[:10])
        )
        return day < self.today

    def stays(self) -> dict[str, dict[str, list[timedelta]]]:
        found: defaultdict[str, defaultdict[str, list[timedelta]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for order in self.orders:
            before, since = "created", order.created_at
            ways = sorted(
                (one for one in self.tracks if one.order_id == order.id),
                key=lambda one: (one.effective_at, one.event_id),
            )
            for one in ways:
                if WAY.index(one.action) <= WAY.index(before):
                    continue
                if one.effective_at >= self.at - timedelta(days=30):
                    found[self.services[order.service_id or 0]][before].append(
                        one.effective_at - since
                    )
                before, since = one.action, one.effective_at
        return {name: dict(steps) for name, steps in found.items()}

    def throughput(self) -> dict[str | None, Counter[str]]:
        """By station and by the hour on the wall, with its offset, since one comes twice."""
        found: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
        for one in self.tracks:
            if one.result != "rejected":
                found[self.devices[one.device_id or 0].station][self.hour_of(one.effective_at)] += 1
        return found

    def hour_of(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime("%Y-%m-%d %H %z")


@pytest.mark.parametrize("when", NOW)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_figure_is_what_the_rows_say(app: Application, when: str, seed: int) -> None:
    name, at = NOW[when]
    zone = ZoneInfo(name)
    live_a_while(random.Random(seed), at)
    with database.transaction(write=False):
        seen: Dashboard = get_dashboard(at=at, zone=zone, actor=SYSTEM)
    rows = Counted(at, zone)
    stats = seen.stats
    scans = [one for one in rows.tracks if one.kind == "scan"]
    assert stats.orders_today == sum(
        rows.day_of(one.created_at) == rows.today for one in rows.orders
    )
    assert stats.scans_today == sum(rows.day_of(one.received_at) == rows.today for one in scans)
    assert {status: count for status, count in stats.by_status.items() if count} == Counter(
        one.status for one in rows.orders
    )
    assert stats.late == sum(map(rows.is_late, rows.orders))
    waiting = [
        one
        for one in scans
        if one.result != "accepted" and one.received_at >= at - timedelta(days=30)
    ]
    assert stats.flagged_open == len(waiting)
    assert stats.devices_silent == sum(
        one.revoked_at is None and (one.last_seen_at or at) < at - timedelta(days=1)
        for one in rows.devices.values()
    )

    by_hour = rows.throughput()
    hours = [rows.hour_of(hour) for hour in seen.throughput.hours]
    assert len(set(hours)) == 24
    assert hours[-1] == rows.hour_of(at)
    expected = {
        station: tuple(counts[hour] for hour in hours) for station, counts in by_hour.items()
    }
    assert seen.throughput.stations == {
        station: counts for station, counts in expected.items() if any(counts)
    }

    assert seen.is_whole
    stays = rows.stays()
    assert {
        name: {step: found.count for step, found in steps.items()}
        for name, steps in seen.stays.items()
    } == {
        name: {step: len(lengths) for step, lengths in steps.items()}
        for name, steps in stays.items()
    }
    for name, steps in seen.stays.items():
        for step, found in steps.items():
            lengths = sorted(stays[name or ""][step])
            assert (found.median, found.most) == (middle(lengths, 50), middle(lengths, 90))

    known = {one.id for one in rows.orders if one.created_at >= at - timedelta(days=60)}
    delays: defaultdict[str | None, list[timedelta]] = defaultdict(list)
    for one in scans:
        if one.order_id in known and one.received_at >= at - timedelta(days=30):
            delays[one.location or rows.devices[one.device_id or 0].station].append(
                one.received_at - one.effective_at
            )
    assert {
        place: (found.count, found.median, found.most) for place, found in seen.delays.items()
    } == {
        place: (len(lengths), middle(sorted(lengths), 50), middle(sorted(lengths), 90))
        for place, lengths in delays.items()
    }
